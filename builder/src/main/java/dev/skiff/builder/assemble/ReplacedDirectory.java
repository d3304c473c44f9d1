package dev.skiff.builder.assemble;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// A directory that an image would take the place of.
public final class ReplacedDirectory {

  private ReplacedDirectory() {}

  /// Keeps somebody's files where a target was mistyped.
  ///
  /// @throws ProblemException if the target is a directory with files in it, and no sandbox
  public static void check(Path target) {
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
        || Files.isDirectory(target.resolve(".singularity.d"), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
      if (!entries.iterator().hasNext()) {
        return;
      }
    } catch (IOException e) {
      throw refused(target, "it is a directory that cannot be looked into: " + e.getMessage());
    }
    throw refused(target, "it is a directory that is not empty, and no sandbox");
  }

  private static ProblemException refused(Path target, String why) {
    return new ProblemException(
        new Problem(
            "cannot replace '%s'".formatted(target),
            why,
            "name another target, or remove it yourself"));
  }
}
