package dev.skiff.builder.root;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Where root file systems are put together.
///
/// @param directory an existing directory on the machine itself
/// @param reason how it was chosen, for messages: a variable's name, an option, or `default`
public record WorkingDirectory(Path directory, String reason) {

  private static final List<String> VARIABLES =
      List.of("SKIFF_TMPDIR", "APPTAINER_TMPDIR", "SINGULARITY_TMPDIR", "TMPDIR");

  /// Chooses: what the caller says, else the first of `SKIFF_TMPDIR`, `APPTAINER_TMPDIR`,
  /// `SINGULARITY_TMPDIR`, `TMPDIR`, else `/tmp`, or `/var/tmp` if `/tmp` lies in memory.
  ///
  /// @throws ProblemException if it is no directory that can be written to
  public static WorkingDirectory choose(Optional<Path> told, Map<String, String> environment) {
    WorkingDirectory chosen =
        told.map(path -> new WorkingDirectory(path.toAbsolutePath(), "--tmpdir"))
            .orElseGet(() -> fromEnvironment(environment));
    if (!Files.isDirectory(chosen.directory) || !Files.isWritable(chosen.directory)) {
      throw new ProblemException(
          new Problem(
              "cannot work in '%s' (%s)".formatted(chosen.directory, chosen.reason),
              Files.isDirectory(chosen.directory)
                  ? "it cannot be written to"
                  : "it is no directory",
              "name another directory: SKIFF_TMPDIR=/var/tmp skiff build ..."));
    }
    return chosen;
  }

  private static WorkingDirectory fromEnvironment(Map<String, String> environment) {
    for (String variable : VARIABLES) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        return new WorkingDirectory(Path.of(value).toAbsolutePath(), variable);
      }
    }
    return new WorkingDirectory(
        Path.of(isInMemory(Path.of("/tmp")) ? "/var/tmp" : "/tmp"), "default");
  }

  private static boolean isInMemory(Path directory) {
    try {
      return List.of("tmpfs", "ramfs").contains(Files.getFileStore(directory).type());
    } catch (IOException e) {
      return false; // it will be tried, and the failure told then
    }
  }

  /// Fails now rather than in the middle of a build.
  ///
  /// @param leastBytes what the build will surely write here
  /// @param usualBytes an estimate of what it will write
  /// @param forWhat what needs it, for the message
  /// @param warn told where the estimate is more than there is
  /// @throws ProblemException if there is less than the least
  public void requireSpace(
      long leastBytes, long usualBytes, String forWhat, Consumer<Problem> warn) {
    long usable;
    try {
      FileStore store = Files.getFileStore(directory);
      usable = store.getUsableSpace();
    } catch (IOException e) {
      return; // a file system that does not say is tried
    }
    String why =
        "it has %d MiB left, and %s needs about %d MiB"
            .formatted(usable >> 20, forWhat, (usualBytes >> 20) + 1);
    String fix = "name a directory with more room: SKIFF_TMPDIR=/var/tmp skiff build ...";
    if (usable < leastBytes) {
      throw new ProblemException(
          new Problem("cannot work in '%s' (%s)".formatted(directory, reason), why, fix));
    }
    if (usable < usualBytes) {
      warn.accept(
          new Problem(
              "the room in '%s' (%s) may not be enough".formatted(directory, reason), why, fix));
    }
  }
}
