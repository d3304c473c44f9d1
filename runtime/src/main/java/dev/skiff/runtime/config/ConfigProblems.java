package dev.skiff.runtime.config;

import dev.skiff.definitions.finding.Nearest;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.problem.SourceSpan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a person is told when settings cannot be read or changed.
final class ConfigProblems {

  private ConfigProblems() {}

  static ProblemException unreadable(Path file, String why) {
    return new ProblemException(
        new Problem(
            "cannot read the configuration '%s'".formatted(file),
            why,
            "correct the file, or set SKIFF_CONFIG to another one"));
  }

  static ProblemException unusable(
      String file, String why, String fix, Optional<SourceSpan> where) {
    return new ProblemException(
        new Problem("cannot use the configuration '%s'".formatted(file), why, fix, where));
  }

  static String noSetting(String name) {
    return "there is no setting '%s'".formatted(name);
  }

  /// What to do about a name that is none.
  static String nearest(String name) {
    List<String> names = Setting.ALL.stream().map(Setting::name).toList();
    return Nearest.of(name, names)
        .map(near -> "write '%s'".formatted(near))
        .orElse("take one of those that 'skiff config list' names");
  }

  static String example(Setting setting) {
    return "write for example '%s: %s'".formatted(setting.name(), setting.type().example());
  }

  static ProblemException badVariable(String variable, Setting setting, String value, String why) {
    return new ProblemException(
        new Problem(
            "cannot use %s='%s'".formatted(variable, value),
            why,
            "set it to %s, or unset it".formatted(setting.type().form())),
        ExitCode.USAGE);
  }

  static Problem foreign(Path file, String left) {
    return new Problem(
        "not all of the configuration '%s' is used".formatted(file),
        "others can write it, so it may not set " + left,
        "make it yours alone (chown, chmod go-w), or set this in your own file: skiff config set");
  }

  static Problem foreignAndBroken(Path file, Problem problem) {
    return new Problem(
        "the configuration '%s', which others can write, is not used".formatted(file),
        problem.where().map(span -> span.place() + ": ").orElse("") + problem.why(),
        "have it corrected");
  }

  static ProblemException byHand(Path file, String setting, String why) {
    return new ProblemException(
        new Problem(
            "cannot change '%s' in '%s'".formatted(setting, file), why, "change it in an editor"));
  }
}
