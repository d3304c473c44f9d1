package dev.skiff.cli.container;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Another `skiff` that does slow work for this one and prints a path; its progress and problems go
/// to the same standard error.
final class OwnProcess {

  private OwnProcess() {}

  static Path path(Map<String, String> environment, String... words) {
    Process process = start(words, environment);
    try (InputStream output = process.getInputStream()) {
      String path = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() == 0 && path.startsWith("/")) {
        return Path.of(path);
      }
      throw failed(words, "it failed; the reason is above");
    } catch (IOException e) {
      throw failed(words, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      throw failed(words, "it was interrupted");
    }
  }

  private static Process start(String[] words, Map<String, String> environment) {
    try {
      ProcessBuilder builder = new ProcessBuilder();
      builder.command().add(launcher().toString());
      builder.command().addAll(List.of(words));
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw failed(words, "skiff could not start itself: " + e.getMessage());
    }
  }

  private static ProblemException failed(String[] words, String why) {
    return new ProblemException(
        new Problem(
            "cannot start the container",
            "it needs 'skiff " + String.join(" ", words) + "': " + why,
            "run that command alone until it works"),
        ExitCode.NOT_STARTED);
  }

  /// `bin/skiff` of the tree that holds our archive.
  private static Path launcher() {
    Path library = Path.of(System.getProperty("java.class.path", "")).toAbsolutePath();
    return library.resolve("../../../bin/skiff").normalize();
  }
}
