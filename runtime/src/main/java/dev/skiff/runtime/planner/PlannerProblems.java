package dev.skiff.runtime.planner;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;

/// Why a request cannot be planned on this host, worded in one place.
final class PlannerProblems {

  private PlannerProblems() {}

  static ProblemException notWritable(ImageFacts image, String why) {
    return new ProblemException(
        new Problem(
            "cannot write into '" + image.path() + "'",
            why,
            "use --writable-tmpfs for changes that may be lost, or make a directory of it:"
                + " skiff build --sandbox "
                + stem(image.name())
                + " "
                + image.path()),
        ExitCode.NOT_STARTED);
  }

  static Problem overlayLeftOut(ImageFacts image) {
    return new Problem(
        "the changes in the overlay partition of '" + image.path() + "' are not shown",
        "Skiff cannot mount an overlay partition yet",
        "use an image without one; skiff sif list names its partitions");
  }

  private static String stem(String name) {
    return name.endsWith(".sif") ? name.substring(0, name.length() - ".sif".length()) : "sandbox";
  }

  static ProblemException rootAsSandbox() {
    return new ProblemException(
        new Problem(
            "cannot use '/' as an image",
            "it is the host's own root directory",
            "name a directory with a root file system of its own"),
        ExitCode.NOT_STARTED);
  }

  static Problem fileVariableOverridden(String name) {
    return new Problem(
        "Ignored environment file variable " + name + ": override from --env",
        "--env sets it too, and wins",
        "leave it out of one of them");
  }

  static Problem homeFromFile(String file) {
    return new Problem(
        "the HOME of " + file + " is not passed on",
        "Overriding HOME environment variable with " + file + " is not permitted",
        "use --home SOURCE:TARGET");
  }
}
