package dev.skiff.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Programs that integration tests compare with, where the machine has them.
public final class Tool {

  private Tool() {}

  /// The first place on the path that has a program of this name.
  public static Optional<Path> find(String name) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /// What a program came to.
  public record Outcome(int exitCode, String output) {}

  /// Runs a program to its end, standard error included in the output.
  public static Outcome run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  public static Outcome run(String... command) throws IOException, InterruptedException {
    return run(List.of(command));
  }

  /// Runs a program that has to succeed.
  public static String require(String... command) throws IOException, InterruptedException {
    Outcome outcome = run(command);
    if (outcome.exitCode() != 0) {
      throw new AssertionError(
          "%s: exit %d: %s".formatted(List.of(command), outcome.exitCode(), outcome.output()));
    }
    return outcome.output();
  }
}
