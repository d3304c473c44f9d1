package dev.skiff.builder.stage;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.util.List;

/// What the making of layers can run into.
final class StageProblems {

  private StageProblems() {}

  static ProblemException notCached(String title, String why) {
    return new ProblemException(
        new Problem(
            "cannot take the step '%s' from the cache".formatted(title),
            why,
            "build without --build-cache-only: then it runs"));
  }

  static Problem notKept(String title, IOException failure) {
    return new Problem(
        "the step '%s' will run again the next time".formatted(title),
        "its result could not be kept: " + failure.getMessage(),
        "make room in the cache, or name another one: SKIFF_CACHEDIR=/scratch/skiff");
  }

  static Problem unsayable(List<String> paths) {
    return new Problem(
        "%d files are left out, '%s' first".formatted(paths.size(), paths.getFirst()),
        "names that begin with '.wh.' say in a layer that something is gone",
        "give them other names");
  }
}
