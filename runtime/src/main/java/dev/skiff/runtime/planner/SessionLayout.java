package dev.skiff.runtime.planner;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;

/// Where things lie in the session directory.
///
/// @param directory the host directory that the session's tmpfs hides
record SessionLayout(Path directory) {

  /// The first candidate that hides nothing the plan reads, and better none that a bind shows.
  ///
  /// @param sources host paths that are read after the session directory has been mounted
  static SessionLayout choose(List<Path> candidates, List<Path> sources) {
    Path second = null;
    for (Path candidate : candidates) {
      if (!hides(candidate, sources)) {
        if (!showsIn(candidate, sources)) {
          return new SessionLayout(candidate);
        }
        second = second == null ? candidate : second;
      }
    }
    if (second != null) {
      return new SessionLayout(second);
    }
    throw new ProblemException(
        new Problem(
            "cannot start the container",
            "no host directory is free for its session: "
                + (candidates.isEmpty() ? "there is none" : "binds read from " + candidates),
            "make an empty /srv or /media, or bind less"),
        ExitCode.NOT_STARTED);
  }

  private static boolean hides(Path candidate, List<Path> sources) {
    for (Path source : sources) {
      if (source.startsWith(candidate)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a bind of what lies above would show our session to the payload: ugly, and harmless.
  private static boolean showsIn(Path candidate, List<Path> sources) {
    for (Path source : sources) {
      if (candidate.startsWith(source)) {
        return true;
      }
    }
    return false;
  }

  Path image() {
    return directory.resolve("image");
  }

  /// Where a volume lies that is the image.
  Path imageVolume() {
    return directory.resolve("image-volume");
  }

  Path upper() {
    return directory.resolve("upper");
  }

  Path work() {
    return directory.resolve("work");
  }

  /// Where a volume or a directory of the person's is seen.
  Path volume(int number) {
    return directory.resolve(volumeName(number));
  }

  static String volumeName(int number) {
    return "volume" + number;
  }

  Path root() {
    return directory.resolve("root");
  }
}
