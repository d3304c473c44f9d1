package dev.skiff.builder.metadata;

import java.util.List;
import java.util.stream.Collectors;

/// Words of POSIX shell.
public final class ShellText {

  private ShellText() {}

  /// The text as one word that no shell changes: between single quotes.
  public static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /// The words, each quoted, with a blank between.
  public static String quoteAll(List<String> words) {
    return words.stream().map(ShellText::quote).collect(Collectors.joining(" "));
  }

  /// The text with what is special between double quotes escaped; the quotes are the caller's.
  static String escapeInDoubleQuotes(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' || c == '"' || c == '$' || c == '`') {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }

  /// Whether a variable may have this name.
  static boolean isVariableName(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*");
  }
}
