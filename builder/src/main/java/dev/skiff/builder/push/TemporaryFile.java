package dev.skiff.builder.push;

import dev.skiff.builder.root.WorkingDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that is there until it is closed.
record TemporaryFile(Path file) implements Closeable {

  static TemporaryFile of(WorkingDirectory where, byte[] bytes) throws IOException {
    Path file = Files.createTempFile(where.directory(), "skiff-push-", "");
    Files.write(file, bytes);
    return new TemporaryFile(file);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
