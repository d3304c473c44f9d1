package dev.skiff.builder.lock;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A lock on a file that one process of all machines has. It ends with its process, however that
/// ends. Lock files are never removed while anybody may wait for them.
public final class ProcessLock implements AutoCloseable {

  /// The kernel's locks are those of a whole process, and lost when it closes any channel of the
  /// file: so no second one may be opened, whoever asks.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private ProcessLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Takes it, if nobody has it.
  ///
  /// @throws IOException if the file system has no locks, or may not be written to
  public static Optional<ProcessLock> tryTake(Path file) throws IOException {
    return take(file, channel -> channel.tryLock() != null);
  }

  /// Takes it, when nobody else has it.
  ///
  /// @throws IOException if the file system has no locks, or may not be written to
  public static Optional<ProcessLock> await(Path file) throws IOException {
    return take(file, channel -> channel.lock().isValid());
  }

  private interface Way {
    boolean locks(FileChannel channel) throws IOException;
  }

  private static Optional<ProcessLock> take(Path file, Way way) throws IOException {
    Path whole = file.toAbsolutePath().normalize();
    if (!HELD.add(whole)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      Path _ = Files.createDirectories(whole.getParent());
      channel = FileChannel.open(whole, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      locked = way.locks(channel);
      return locked ? Optional.of(new ProcessLock(whole, channel)) : Optional.empty();
    } finally {
      if (!locked) {
        if (channel != null) {
          channel.close();
        }
        boolean _ = HELD.remove(whole);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      boolean _ = HELD.remove(file);
    }
  }
}
