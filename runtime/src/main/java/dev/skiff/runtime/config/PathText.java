package dev.skiff.runtime.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The path that a text in a configuration stands for.
///
/// @param folder where relative ones begin
/// @param environment what `~`, `$NAME` and `${NAME}` are filled from
record PathText(Path folder, Map<String, String> environment) {

  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)}|([A-Za-z_][A-Za-z0-9_]*))");

  /// @throws IllegalArgumentException saying what is wrong with it
  String absolute(String text) {
    String homely = text.equals("~") || text.startsWith("~/") ? "$HOME" + text.substring(1) : text;
    Matcher matcher = VARIABLE.matcher(homely);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      String value = environment.getOrDefault(name, "");
      if (value.isEmpty()) {
        throw new IllegalArgumentException("the variable %s is not set".formatted(name));
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    matcher.appendTail(filled);
    try {
      return folder.resolve(filled.toString()).normalize().toString();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "it is no usable path: " + e.getReason(), e); // told by its message
    }
  }
}
