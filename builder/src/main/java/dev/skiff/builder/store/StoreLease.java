package dev.skiff.builder.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Says that a process uses the cache: nothing that is of use to anybody since it began may go. It
/// is a locked file, so it ends with its process on whichever machine that runs. A cache that
/// cannot be written to needs none.
public final class StoreLease implements AutoCloseable {

  private static final String DIRECTORY = "leases";
  private static final int ATTEMPTS = 5;

  /// Between making the file and locking it, it looks as if its process had died.
  private static final Duration BEGINNING = Duration.ofSeconds(10);

  private final Optional<Path> file;
  private final Optional<ProcessLock> lock;

  private StoreLease(Optional<Path> file, Optional<ProcessLock> lock) {
    this.file = file;
    this.lock = lock;
  }

  /// Begins one.
  ///
  /// @param root the cache's directory
  public static StoreLease begin(Path root) {
    try {
      Path directory = Files.createDirectories(root.resolve(DIRECTORY));
      for (int i = 0; i < ATTEMPTS; i++) {
        Path file = Files.createTempFile(directory, "run-", "");
        Optional<ProcessLock> lock = ProcessLock.tryTake(file);
        if (lock.isPresent() && Files.exists(file)) {
          return new StoreLease(Optional.of(file), lock);
        }
        if (lock.isPresent()) {
          lock.get().close();
        }
      }
    } catch (IOException e) {
      // no locks there, or not our directory: what is taken from it is checked in any case
    }
    return new StoreLease(Optional.empty(), Optional.empty());
  }

  /// When the oldest of those that are in force began; traces of dead processes are removed.
  static Optional<Instant> oldest(Path root) {
    Optional<Instant> oldest = Optional.empty();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(DIRECTORY))) {
      for (Path file : files) {
        Optional<Instant> began = began(file);
        if (began.isPresent() && (oldest.isEmpty() || began.get().isBefore(oldest.get()))) {
          oldest = began;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return oldest; // nobody ever began one
    }
    return oldest;
  }

  private static Optional<Instant> began(Path file) {
    try {
      Instant began = Files.getLastModifiedTime(file).toInstant();
      if (began.isAfter(Instant.now().minus(BEGINNING))) {
        return Optional.of(began);
      }
      try (ProcessLock dead = ProcessLock.tryTake(file).orElse(null)) {
        if (dead == null) {
          return Optional.of(began);
        }
        boolean _ = Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // it ended meanwhile
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      if (file.isPresent()) {
        boolean _ = Files.deleteIfExists(file.get());
      }
      if (lock.isPresent()) {
        lock.get().close();
      }
    } catch (IOException e) {
      // it ends with the process
    }
  }
}
