package dev.skiff.runtime.script;

/// Writes texts so that a POSIX shell reads back exactly what was meant.
public final class ShellText {

  private ShellText() {}

  /// One word that is the text itself, whatever it holds; a NUL must not be in it.
  public static String literal(String text) {
    StringBuilder word = new StringBuilder(text.length() + 2).append('\'');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'') {
        word.append("'\\''");
      } else {
        word.append(c);
      }
    }
    return word.append('\'').toString();
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
}
