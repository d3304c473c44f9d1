package dev.skiff.builder.copy;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `$NAME`, `${NAME}` and a leading `~` in a source of `%files`, as a shell of the caller's reads
/// them: a variable that is not set is empty. Nothing else of a shell is done.
///
/// @param variables the caller's
record CallerWords(Map<String, String> variables) {

  private static final Pattern VARIABLE =
      Pattern.compile("\\\\.|\\$(?:(?<name>[A-Za-z_]\\w*)|\\{(?<braced>[A-Za-z_]\\w*)\\})");

  CallerWords {
    variables = Map.copyOf(variables);
  }

  String expand(String word) {
    boolean home = word.equals("~") || word.startsWith("~/");
    String start = home ? variables.getOrDefault("HOME", "~") : "";
    return start + VARIABLE.matcher(home ? word.substring(1) : word).replaceAll(this::value);
  }

  private String value(MatchResult found) {
    String name = found.group("name") != null ? found.group("name") : found.group("braced");
    return Matcher.quoteReplacement(
        name == null ? found.group() : variables.getOrDefault(name, ""));
  }
}
