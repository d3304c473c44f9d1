package dev.skiff.runtime.plan;

import java.util.List;

/// Writes texts so that a POSIX shell reads back exactly what was meant.
public final class ShellText {

  private ShellText() {}

  /// One word that is the text itself, whatever it holds; a NUL must not be in it.
  public static String literal(String text) {
    // Searched and copied in pieces: a start writes 10 kB in one word, before anything is compiled.
    StringBuilder word = new StringBuilder(text.length() + text.length() / 16 + 2).append('\'');
    int done = 0;
    for (int quote = text.indexOf('\''); quote >= 0; quote = text.indexOf('\'', done)) {
      word.append(text, done, quote).append("'\\''");
      done = quote + 1;
    }
    return word.append(text, done, text.length()).append('\'').toString();
  }

  /// One word that is the text with `$NAME`, `$(command)` and backslashes read as between double
  /// quotes; quotes of either kind stay. The text cannot end the word.
  public static String doubleQuoted(String text) {
    StringBuilder word = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        word.append("\\\"");
      } else if (c == '\\' && i + 1 == text.length()) {
        word.append("\\\\"); // it would escape the closing quote
      } else if (c == '\\') {
        word.append(c).append(text.charAt(++i));
      } else {
        word.append(c);
      }
    }
    return word.append('"').toString();
  }

  /// The words, each a `literal`, with a blank between.
  public static String literals(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(line.isEmpty() ? "" : " ").append(literal(word));
    }
    return line.toString();
  }

  /// The text with all that is special between double quotes escaped; the quotes are the caller's.
  public static String escapedInDoubleQuotes(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' || c == '"' || c == '$' || c == '`') {
        escaped.append('\\');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }

  /// Whether a shell variable may have this name.
  public static boolean isVariableName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean digit = c >= '0' && c <= '9';
      if (!letter && (i == 0 || !digit)) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
