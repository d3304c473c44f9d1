package dev.skiff.builder.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/// Sets a file's time anew again and again, so that other machines know that this process lives.
final class Heartbeat implements AutoCloseable {

  private final Thread thread;

  private Heartbeat(Thread thread) {
    this.thread = thread;
  }

  /// Begins; ends with the process, or when the file is removed.
  static Heartbeat begin(Path file, Duration beat) {
    return new Heartbeat(
        Thread.ofPlatform().daemon().name("heartbeat").start(() -> run(file, beat)));
  }

  private static void run(Path file, Duration beat) {
    try {
      while (true) {
        Thread.sleep(beat);
        Path _ = Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      }
    } catch (IOException | InterruptedException e) {
      // it was closed
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
