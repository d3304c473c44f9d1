package dev.skiff.definitions.syntax;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a here-document of a script begins and ends, as far as single lines tell.
public final class HereDocument {

  private static final Pattern OPENING =
      Pattern.compile("(?<![<(])<<-?\\s*(?:'(\\w+)'|\"(\\w+)\"|\\\\?([A-Za-z_]\\w*))");

  private HereDocument() {}

  /// The word that a line seems to open a here-document with. One that never comes back opened
  /// nothing: a shift, or a mistake of another kind.
  public static Optional<String> opened(String line) {
    if (line.stripLeading().startsWith("#")) {
      return Optional.empty();
    }
    Matcher matcher = OPENING.matcher(line);
    if (!matcher.find()) {
      return Optional.empty();
    }
    for (int group = 1; group <= 3; group++) {
      if (matcher.group(group) != null) {
        return Optional.of(matcher.group(group));
      }
    }
    return Optional.empty();
  }

  /// The word that a line would end a here-document with, whose end may be indented by tabs.
  public static String closing(String line) {
    int start = 0;
    while (start < line.length() && line.charAt(start) == '\t') {
      start++;
    }
    return line.substring(start);
  }
}
