package dev.skiff.builder.copy;

import java.util.ArrayList;
import java.util.List;

/// `{a,b}` as bash expands it: before patterns, whether or not files match. Braces without a comma
/// stay as they are.
final class Braces {

  private static final int MOST_WORDS = 10_000;

  private Braces() {}

  /// The words that a word stands for, in order; itself if it has no braces to expand.
  ///
  /// @throws IllegalArgumentException if they are more than ten thousand
  static List<String> expand(String word) {
    for (int open = nextOpening(word, 0); open >= 0; open = nextOpening(word, open + 1)) {
      List<String> choices = choices(word, open);
      if (choices.size() > 1) {
        int end = open + 1 + choices.stream().mapToInt(choice -> choice.length() + 1).sum();
        return expand(word.substring(0, open), choices, expand(word.substring(end)));
      }
    }
    return List.of(word);
  }

  private static List<String> expand(String before, List<String> choices, List<String> rests) {
    List<String> words = new ArrayList<>();
    for (String choice : choices) {
      for (String middle : expand(choice)) {
        for (String rest : rests) {
          words.add(before + middle + rest);
        }
      }
    }
    if (words.size() > MOST_WORDS) {
      throw new IllegalArgumentException("braces stand for more than " + MOST_WORDS + " words");
    }
    return words;
  }

  private static int nextOpening(String word, int from) {
    for (int i = from; i < word.length(); i++) {
      if (word.charAt(i) == '\\') {
        i++;
      } else if (word.charAt(i) == '{') {
        return i;
      }
    }
    return -1;
  }

  /// What stands between the commas of the brace at `open`; fewer than two if it is none.
  private static List<String> choices(String word, int open) {
    List<String> choices = new ArrayList<>();
    int depth = 0;
    int start = open + 1;
    for (int i = open; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == ',' && depth == 1) {
        choices.add(word.substring(start, i));
        start = i + 1;
      } else if (c == '}' && --depth == 0) {
        choices.add(word.substring(start, i));
        return choices;
      }
    }
    return List.of();
  }
}
