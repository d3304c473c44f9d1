package dev.skiff.samples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A command on a terminal of its own, as a person sees it who types.
final class TypedTerminal implements AutoCloseable {

  private final String command;
  private final Process process;
  private final OutputStream keys;
  private final InputStream screen;
  private final StringBuilder seen = new StringBuilder();

  private TypedTerminal(String command, Process process) {
    this.command = command;
    this.process = process;
    this.keys = process.getOutputStream();
    this.screen = process.getInputStream();
  }

  /// Starts a shell's line as a user.
  static TypedTerminal startOrSkip(
      HostUser user, Path directory, Map<String, String> environment, String line) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
    List<String> command = new ArrayList<>();
    if (user != HostUser.ROOT) {
      String id = user.ids().getFirst();
      command.addAll(List.of("setpriv", "--reuid", id, "--regid", id, "--init-groups"));
    }
    command.addAll(List.of("script", "-qec", "stty cols 100; " + line, "/dev/null"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("TERM", "xterm");
    builder.redirectErrorStream(true);
    try {
      return new TypedTerminal(line, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until a text is shown, and types a line then.
  TypedTerminal types(String after, String line) {
    try {
      while (seen.indexOf(after) < 0) {
        int next = screen.read();
        if (next < 0) {
          throw new AssertionError("'" + after + "' was not shown, but: " + seen);
        }
        seen.append((char) next);
      }
      keys.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      keys.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All that was shown, when the command has ended.
  Outcome ends() {
    try {
      String rest = new String(screen.readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(command, process.waitFor(), seen + rest, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
