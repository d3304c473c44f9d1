package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a person sees of an exception: the problem it carries, or, when nobody expected it, that it
/// is our defect and where its trace is.
final class Failures {

  private Failures() {}

  /// Prints it and returns the exit status.
  static int report(Throwable failure, Terminal terminal) {
    if (failure instanceof ProblemException problem) {
      terminal.fail(problem.problem());
      return problem.exitCode().status();
    }
    terminal.fail(
        new Problem(
            "skiff stopped in the middle of its work",
            "this is a bug in skiff: " + failure,
            "send the trace to its authors; " + store(failure)));
    return ExitCode.OUR_BUG.status();
  }

  private static String store(Throwable failure) {
    try {
      Path file = Files.createTempFile("skiff-bug-", ".log");
      try (PrintWriter writer =
          new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
        failure.printStackTrace(writer);
      }
      return "it is in " + file;
    } catch (IOException e) {
      return "it could not be written: " + e.getMessage();
    }
  }
}
