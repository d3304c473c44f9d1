package dev.skiff.definitions.finding;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/// How findings put a person's own words into a sentence.
final class Words {

  private static final int LONGEST = 120;

  private Words() {}

  static Problem at(SourceSpan where, String what, String why, String fix) {
    return new Problem(what, why, fix, Optional.of(where));
  }

  /// In single quotes, shortened, and without characters that would move a terminal's cursor.
  static String quoted(String word) {
    return "'" + shown(word) + "'";
  }

  static String shown(String word) {
    String cut = word.length() > LONGEST ? word.substring(0, LONGEST) + "..." : word;
    return cut.chars()
        .mapToObj(c -> Character.isISOControl(c) ? "\uFFFD" : Character.toString(c))
        .collect(Collectors.joining());
  }

  static String listed(Collection<String> words) {
    return words.stream().limit(20).map(Words::shown).collect(Collectors.joining(", "));
  }
}
