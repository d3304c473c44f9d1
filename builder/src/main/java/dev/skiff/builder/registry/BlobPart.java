package dev.skiff.builder.registry;

import dev.skiff.builder.store.FirstCopy;
import dev.skiff.builder.store.WorkLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A blob that is being downloaded. Closing leaves what is there for the next attempt.
///
/// @param whole the name it gets
/// @param lock held as long as it is open; empty for a place of one's own
record BlobPart(Path file, Path whole, FileChannel channel, Optional<WorkLock> lock)
    implements Closeable {

  /// Makes it the blob, after the caller has checked its digest.
  Path finish() throws IOException {
    channel.force(false);
    return FirstCopy.settle(file, whole);
  }

  /// Leaves nothing for the next attempt.
  void discard() throws IOException {
    boolean _ = Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (lock.isEmpty() || channel.size() == 0) {
        discard();
      }
    } finally {
      if (lock.isPresent()) {
        lock.get().close();
      }
    }
  }
}
