package dev.skiff.builder.script;

import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildEvent.Stream;
import dev.skiff.builder.progress.BuildListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Reads what a program writes, line by line, tells the listener, and remembers the last command of
/// a shell's `-x` trace.
public final class OutputLines {

  private static final int LONGEST_LINE = 64 * 1024;

  private final BuildListener listener;
  private volatile String lastTraced = "";
  private volatile String lastLine = "";

  public OutputLines(BuildListener listener) {
    this.listener = listener;
  }

  /// Takes one line, without its line end.
  public void accept(Stream stream, String line) {
    if (line.startsWith("+ ")) {
      lastTraced = line.substring(2);
    } else if (!line.isBlank()) {
      lastLine = line;
    }
    listener.on(new OutputLine(stream, line));
  }

  /// Reads to the end on a thread of its own. A line longer than 64 Ki characters comes in pieces.
  Thread follow(InputStream in, Stream stream) {
    return Thread.ofPlatform().daemon().name("output").start(() -> read(in, stream));
  }

  private void read(InputStream in, Stream stream) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        if (c == '\n' || line.length() == LONGEST_LINE) {
          accept(stream, line.toString());
          line.setLength(0);
        }
        if (c != '\n') {
          line.append((char) c);
        }
      }
      if (!line.isEmpty()) {
        accept(stream, line.toString());
      }
    } catch (IOException e) {
      return; // the program is gone, and its output with it
    }
  }

  /// The last command that `sh -x` said it would run; empty if none.
  public String lastTraced() {
    return lastTraced;
  }

  /// The last line that was no trace; empty if none.
  public String lastLine() {
    return lastLine;
  }
}
