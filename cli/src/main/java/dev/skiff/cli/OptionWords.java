package dev.skiff.cli;

import java.util.ArrayList;
import java.util.List;

/// Splits one text into words as a person means them: at blanks, but not within quotes. Nothing is
/// evaluated.
final class OptionWords {

  private OptionWords() {}

  /// @throws IllegalArgumentException if a quote is not closed
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true;
      } else if (Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote in \"%s\" is not closed".formatted(text));
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }
}
