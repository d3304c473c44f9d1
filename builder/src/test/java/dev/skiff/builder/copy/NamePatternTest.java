package dev.skiff.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamePatternTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "* a",
        "*.txt a.txt",
        "a?c abc",
        "[a-c]x bx",
        "[!a-c]x dx",
        "[^a-c]x dx",
        "[[:digit:]]x 7x",
        "[]a]x ]x",
        ".* .hidden",
        "\\* *",
        "a[ a[",
        "+(ab|c)d ababcd",
        "?(a)b b",
        "@(a|b).c b.c",
        "!(a|b) c",
        "!(*.o) x.c",
        "*(a)b aab",
        "a.b a.b",
        "x[a-]y x-y",
      })
  void aNameFits(String pattern, String name) {
    assertThat(NamePattern.of(pattern).matches(name)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "* .hidden",
        "?x .x",
        "[.]x .x",
        "a?c ac",
        "[a-c]x dx",
        "[!a-c]x bx",
        "\\* a",
        "@(a|b).c c.c",
        "!(a|b) a",
        "!(*.o) x.o",
        "a.b aXb",
        "[c-a] b",
      })
  void aNameDoesNotFit(String pattern, String name) {
    assertThat(NamePattern.of(pattern).matches(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "a{b,c}d abd,acd",
        "{a,b}{c,d} ac,ad,bc,bd",
        "a{b,{c,d}e} ab,ace,ade",
        "a{b} a{b}",
        "a{b{c,d}} a{bc},a{bd}",
        "{a,}x ax,x",
        "a\\{b} a\\{b}",
        "plain plain",
      })
  void bracesStandForSeveralWords(String word, String words) {
    assertThat(Braces.expand(word)).containsExactly(words.split(","));
  }
}
