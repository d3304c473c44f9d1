package dev.skiff.builder.script;

import dev.skiff.builder.progress.BuildEvent.Stream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A program run on the host to its end.
///
/// @param command program and arguments
/// @param environment all of its variables
/// @param directory where it starts
public record HostProcess(List<String> command, Map<String, String> environment, Path directory) {

  public HostProcess {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /// Runs it; it has no input.
  ///
  /// @return its exit status, 128 and the signal's number if a signal ended it
  /// @throws IOException if it cannot be started
  public int run(OutputLines lines) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = builder.start();
    Thread output = lines.follow(process.getInputStream(), Stream.OUTPUT);
    Thread error = lines.follow(process.getErrorStream(), Stream.ERROR);
    try {
      int status = process.waitFor();
      // A daemon that a script left behind may hold the pipe for ever.
      output.join(LAST_LINES_MILLIS);
      error.join(LAST_LINES_MILLIS);
      return status;
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while '" + command.getFirst() + "' was running", e);
    }
  }

  private static final int LAST_LINES_MILLIS = 2000;
}
