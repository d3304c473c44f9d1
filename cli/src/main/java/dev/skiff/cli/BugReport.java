package dev.skiff.cli;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Turns an exception that nobody expected into a problem: the trace goes to a file, its name to the
/// person.
final class BugReport {

  private BugReport() {}

  static Problem write(Throwable defect) {
    return new Problem(
        "skiff stopped in the middle of its work",
        "this is a bug in skiff: " + defect,
        "send the trace to its authors; " + store(defect));
  }

  static int status() {
    return ExitCode.OUR_BUG.status();
  }

  private static String store(Throwable defect) {
    try {
      Path file = Files.createTempFile("skiff-bug-", ".log");
      try (PrintWriter writer =
          new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
        defect.printStackTrace(writer);
      }
      return "it is in " + file;
    } catch (IOException e) {
      return "it could not be written: " + e.getMessage();
    }
  }
}
