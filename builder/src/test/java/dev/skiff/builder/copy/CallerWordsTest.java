package dev.skiff.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CallerWordsTest {

  private final CallerWords words = new CallerWords(Map.of("HOME", "/home/me", "V", "1.$x"));

  @ParameterizedTest
  @CsvSource({
    "$HOME/data, /home/me/data",
    "app-${V}/lib, app-1.$x/lib",
    "$NONE/data, /data",
    "~/data, /home/me/data",
    "~, /home/me",
    "~other/data, ~other/data",
    "a~/b, a~/b",
    "\\$HOME, \\$HOME",
    "cost$, cost$",
    "$(id), $(id)",
    "${HOME, ${HOME",
  })
  void aWordTakesWhatTheCallerHas(String written, String expanded) {
    assertThat(words.expand(written)).isEqualTo(expanded);
  }
}
