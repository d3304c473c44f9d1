package dev.skiff.definitions.problem;

/// Text of a stranger on its way to a person. A terminal obeys control characters: they could hide
/// what was printed, or type commands back. Here they stand as `\u001b` and the like.
public final class VisibleText {

  private VisibleText() {}

  /// The text with its lines and tabs, and every other control character made visible.
  public static String lines(String text) {
    return visible(text, true);
  }

  /// One line of the text with every control character made visible, line ends and tabs too.
  public static String line(String text) {
    return visible(text, false);
  }

  private static String visible(String text, boolean keepLines) {
    if (text.chars().noneMatch(c -> drives((char) c))) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean lineEnd = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (keepLines && (c == '\n' || c == '\t' || lineEnd)) {
        out.append(c);
      } else if (drives(c)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /// C0, DEL and C1, and what changes the direction of the text around it.
  private static boolean drives(char c) {
    return Character.isISOControl(c)
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
