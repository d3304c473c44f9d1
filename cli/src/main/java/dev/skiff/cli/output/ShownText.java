package dev.skiff.cli.output;

import dev.skiff.cli.output.Terminal.Kind;

/// Text of a stranger on its way to standard output. A terminal obeys control characters: they
/// could hide what was printed, or type commands back. So a terminal gets them as `\u001b`; a file
/// or a program gets the text as it is.
public final class ShownText {

  private ShownText() {}

  /// The text for where it goes.
  public static String of(String text, Kind kind) {
    return kind == Kind.LIVE ? visible(text, true) : text;
  }

  /// One line of the text with every control character made visible, line ends too.
  public static String line(String text) {
    return visible(text, false);
  }

  private static String visible(String text, boolean keepLines) {
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
