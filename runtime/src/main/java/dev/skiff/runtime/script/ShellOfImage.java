package dev.skiff.runtime.script;

import dev.skiff.runtime.plan.ShellText;
import java.util.List;

/// A payload's script that goes on in the image's own bash where that is wanted.
///
/// Apptainer reads environment scripts with an interpreter of its own that knows much of bash, and
/// people write `[[`, arrays and `${NAME//a/b}` into them. The shell that waits is the host's `sh`,
/// often dash, which knows nothing of it. So the scripts that people write are looked at first,
/// line by line, and where one has words of bash, or reads other scripts, bash carries out the
/// whole. Java looks, not the waiting shell, which would read them letter by letter at every start.
public final class ShellOfImage {

  /// The scripts that are looked at, by their paths in the image.
  public static final List<String> SCRIPTS =
      List.of("/.singularity.d/env/90-environment.sh", "/.singularity.d/env/91-environment.sh");

  /// What goes on, by its path in the image.
  public static final String BASH = "/bin/bash";

  private static final List<String> WORDS =
      List.of(
          "[[",
          "=(",
          "+=",
          "<<<",
          "<(",
          "&>",
          "BASH",
          "source ",
          "function ",
          "declare ",
          "typeset ",
          "shopt ",
          "let ",
          "pushd ",
          "printf -v",
          "mapfile ");

  private ShellOfImage() {}

  /// Whether one of these lines has words of bash, or reads another script.
  public static boolean isWanted(String script) {
    int start = 0;
    while (start < script.length()) {
      int newline = script.indexOf('\n', start);
      int end = newline < 0 ? script.length() : newline;
      if (isOfBash(script.substring(start, end))) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  private static boolean isOfBash(String line) {
    if (line.startsWith("#")) {
      return false;
    }
    for (String word : WORDS) {
      if (line.contains(word)) {
        return true;
      }
    }
    return calculates(line) || reads(line) || expands(line);
  }

  /// A command `((`; `$((` is known to every shell.
  private static boolean calculates(String line) {
    for (int at = line.indexOf("(("); at >= 0; at = line.indexOf("((", at + 1)) {
      if (at == 0 || line.charAt(at - 1) != '$') {
        return true;
      }
    }
    return false;
  }

  private static boolean reads(String line) {
    for (int at = line.indexOf(". "); at >= 0; at = line.indexOf(". ", at + 1)) {
      if (at + 2 < line.length() && "./~\"$".indexOf(line.charAt(at + 2)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /// Whether what follows a dollar and a brace is a word of bash.
  private static boolean expands(String line) {
    for (int at = line.indexOf("${"); at >= 0; at = line.indexOf("${", at + 1)) {
      int end = at + 2;
      while (end < line.length() && isOfName(line.charAt(end))) {
        end++;
      }
      if (end == line.length()) {
        continue;
      }
      char next = line.charAt(end);
      boolean part =
          next == ':' && end + 1 < line.length() && "-=+?".indexOf(line.charAt(end + 1)) < 0;
      if (part || "/^,[@!".indexOf(next) >= 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  /// The text that has the image's bash go on with `body`, unless the waiting shell is one.
  ///
  /// @param root what stands before every path of the image; empty once it is the root
  /// @param body what is carried out, in either shell with the same positional parameters
  public static String inBash(String root, String body) {
    return "skiff_root=" + literal(root) + "\nskiff_body=" + literal(body) + "\n" + CHOICE;
  }

  private static String literal(String text) {
    return ShellText.literal(text);
  }

  /// Bash says it where it does not know the locale of its start, so it starts without `LC_ALL`.
  private static final String CHOICE =
      """
      if [ -z "${BASH_VERSINFO-}" ] && [ -x "$skiff_root/bin/bash" ]; then
        if [ -n "${LC_ALL-}" ]; then
          export skiff_rest="$LC_ALL" LC_ALL=
          skiff_body="{ LC_ALL=\\$skiff_rest; } 2>/dev/null; unset skiff_rest
      $skiff_body"
        fi
        exec "$skiff_root/bin/bash" --posix -c "$skiff_body" sh "$@"
      fi
      eval "unset skiff_body skiff_rest
      $skiff_body"
      """;
}
