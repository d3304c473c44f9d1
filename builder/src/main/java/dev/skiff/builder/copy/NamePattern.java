package dev.skiff.builder.copy;

import java.util.regex.Pattern;

/// A shell pattern for one name of a path: `*`, `?`, `[...]`, and the extended forms `?(a|b)`,
/// `*(..)`, `+(..)`, `@(..)`, `!(..)`. A backslash takes the next character as it is.
final class NamePattern {

  private final Pattern regex;
  private final boolean startsWithDot;

  private NamePattern(Pattern regex, boolean startsWithDot) {
    this.regex = regex;
    this.startsWithDot = startsWithDot;
  }

  /// A pattern without any `/`.
  static NamePattern of(String text) {
    Translation translation = new Translation(text);
    return new NamePattern(
        Pattern.compile(translation.sequence("") + "\\z", Pattern.DOTALL), text.startsWith("."));
  }

  /// Whether the text holds anything but plain characters.
  static boolean isPattern(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' || c == '*' || c == '?' || c == '[') {
        return true;
      }
      if ("+@!".indexOf(c) >= 0 && i + 1 < text.length() && text.charAt(i + 1) == '(') {
        return true;
      }
    }
    return false;
  }

  /// Whether a name fits. Names that start with a dot need one in the pattern.
  boolean matches(String name) {
    return (startsWithDot || !name.startsWith(".")) && regex.matcher(name).lookingAt();
  }

  /// From left to right, one pass.
  private static final class Translation {

    private final String text;
    private int at;

    Translation(String text) {
      this.text = text;
    }

    /// Up to the end, or to an unquoted character of `stops`, which is left unread.
    String sequence(String stops) {
      StringBuilder regex = new StringBuilder();
      while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
        char c = text.charAt(at++);
        if (startsGroup(c)) {
          regex.append(group(c, stops));
        } else if (c == '*') {
          regex.append(".*");
        } else if (c == '?') {
          regex.append('.');
        } else if (c == '[' && closingBracket() > 0) {
          regex.append(bracket());
        } else {
          char plain = c == '\\' && at < text.length() ? text.charAt(at++) : c;
          regex.append(Pattern.quote(String.valueOf(plain)));
        }
      }
      return regex.toString();
    }

    private boolean startsGroup(char operator) {
      return "?*+@!".indexOf(operator) >= 0
          && at < text.length()
          && text.charAt(at) == '('
          && closes();
    }

    private boolean closes() {
      int depth = 0;
      for (int i = at; i < text.length(); i++) {
        depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
        if (depth == 0) {
          return true;
        }
      }
      return false;
    }

    private String group(char operator, String stops) {
      at++;
      StringBuilder choices = new StringBuilder(sequence("|)"));
      while (text.charAt(at) == '|') {
        at++;
        choices.append('|').append(sequence("|)"));
      }
      at++;
      String group = "(?:" + choices + ")";
      return switch (operator) {
        case '@' -> group;
        case '!' -> {
          String rest = sequence(stops);
          yield "(?!" + group + rest + "\\z).*" + rest;
        }
        default -> group + operator;
      };
    }

    /// Where the bracket expression that has just begun ends; -1 if it does not.
    private int closingBracket() {
      int i = at;
      if (i < text.length() && (text.charAt(i) == '!' || text.charAt(i) == '^')) {
        i++;
      }
      if (i < text.length() && text.charAt(i) == ']') {
        i++; // right at the start it is a member
      }
      while (i < text.length() && text.charAt(i) != ']') {
        boolean isClass = text.startsWith("[:", i) && text.indexOf(":]", i) > 0;
        i = isClass ? text.indexOf(":]", i) + 2 : i + 1;
      }
      return i < text.length() ? i : -1;
    }

    private String bracket() {
      int end = closingBracket();
      String body = text.substring(at, end);
      at = end + 1;
      boolean negated = body.startsWith("!") || body.startsWith("^");
      StringBuilder regex = new StringBuilder(negated ? "[^" : "[");
      for (int i = negated ? 1 : 0; i < body.length(); i++) {
        int classEnd = body.startsWith("[:", i) ? body.indexOf(":]", i) : -1;
        if (classEnd > 0) {
          regex.append(characterClass(body.substring(i + 2, classEnd)));
          i = classEnd + 1;
        } else if (body.charAt(i) == '-' && i > (negated ? 1 : 0) && i + 1 < body.length()) {
          regex.append('-');
        } else {
          regex.append("\\x{%x}".formatted((int) body.charAt(i)));
        }
      }
      return isOrdered(body) ? regex.append(']').toString() : "(?!)";
    }

    private static boolean isOrdered(String body) {
      for (int i = 1; i + 1 < body.length(); i++) {
        if (body.charAt(i) == '-' && body.charAt(i - 1) > body.charAt(i + 1)) {
          return false;
        }
      }
      return true;
    }

    private static String characterClass(String name) {
      return switch (name) {
        case "alnum" -> "\\p{Alnum}";
        case "alpha" -> "\\p{Alpha}";
        case "blank" -> "\\p{Blank}";
        case "digit" -> "\\p{Digit}";
        case "lower" -> "\\p{Lower}";
        case "punct" -> "\\p{Punct}";
        case "space" -> "\\s";
        case "upper" -> "\\p{Upper}";
        case "xdigit" -> "\\p{XDigit}";
        default -> "";
      };
    }
  }
}
