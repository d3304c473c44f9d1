package dev.skiff.runtime.slurm.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a job waits for among other jobs, for people.
final class DependencyWords {

  private static final Pattern ONE =
      Pattern.compile("(after|afterany|afterok|afternotok):(\\d+)(_\\*|_\\d+)?\\(unfulfilled\\)");

  private DependencyWords() {}

  /// `job 44 to end well, job 45 to fail` out of
  /// `afterok:44(unfulfilled),afternotok:45(unfulfilled)`; what is none of that stays as Slurm says
  /// it.
  static String of(String dependency) {
    List<String> parts = new ArrayList<>();
    for (String one : dependency.split(",", -1)) {
      Matcher matcher = ONE.matcher(one);
      if (!matcher.matches()) {
        return dependency;
      }
      String task =
          matcher.group(3) == null || matcher.group(3).equals("_*") ? "" : matcher.group(3);
      parts.add("job %s%s to %s".formatted(matcher.group(2), task, what(matcher.group(1))));
    }
    return String.join(", ", parts);
  }

  private static String what(String word) {
    return switch (word) {
      case "after" -> "start";
      case "afterok" -> "end well";
      case "afternotok" -> "fail";
      default -> "end";
    };
  }
}
