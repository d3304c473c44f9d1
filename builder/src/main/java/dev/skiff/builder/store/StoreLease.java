package dev.skiff.builder.store;

import dev.skiff.builder.lock.ProcessLock;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says that a process uses the cache: nothing that is of use to anybody since it began may go. It
/// is a locked file, so it ends with its process. Not every file system lets one machine see the
/// locks of another: there a lease is in force as long as its process says now and then that it
/// lives. A cache that cannot be written to needs none.
public final class StoreLease implements AutoCloseable {

  private static final String DIRECTORY = "leases";
  private static final int ATTEMPTS = 5;

  /// Between making the file and locking it, it looks as if its process had died.
  private static final Duration BEGINNING = Duration.ofSeconds(10);

  /// How often a process says that it lives, and after what silence nobody believes it. Clocks of
  /// machines may differ by the rest.
  private static final Duration BEAT = Duration.ofMinutes(1);

  private static final Duration SILENCE = Duration.ofMinutes(10);

  /// `run-SECONDS-MACHINE-...`: when it began, and where.
  private static final Pattern NAME = Pattern.compile("run-([0-9]{1,12})-([a-z0-9.]+)-.*");

  private final Optional<Path> file;
  private final Optional<ProcessLock> lock;
  private final Optional<Heartbeat> beating;

  private StoreLease(Optional<Path> file, Optional<ProcessLock> lock) {
    this.file = file;
    this.lock = lock;
    this.beating = file.map(lease -> Heartbeat.begin(lease, BEAT));
  }

  /// Begins one.
  ///
  /// @param root the cache's directory
  public static StoreLease begin(Path root) {
    return begin(root, Machine.name());
  }

  static StoreLease begin(Path root, String machine) {
    try {
      String name = "run-%d-%s-".formatted(Instant.now().getEpochSecond(), machine);
      Path directory = Files.createDirectories(root.resolve(DIRECTORY));
      for (int i = 0; i < ATTEMPTS; i++) {
        Path file = Files.createTempFile(directory, name, "");
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
      Instant heard = Files.getLastModifiedTime(file).toInstant();
      Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
      boolean known = name.matches();
      boolean here = known && name.group(2).equals(Machine.name());
      Duration silence = here ? BEGINNING : SILENCE;
      if (heard.isAfter(Instant.now().minus(silence)) || !isAbandoned(file)) {
        return Optional.of(known ? Instant.ofEpochSecond(Long.parseLong(name.group(1))) : heard);
      }
      boolean _ = Files.deleteIfExists(file);
    } catch (IOException e) {
      // it ended meanwhile
    }
    return Optional.empty();
  }

  /// Whether nobody has locked it, as far as this machine sees.
  private static boolean isAbandoned(Path file) throws IOException {
    try (ProcessLock dead = ProcessLock.tryTake(file).orElse(null)) {
      return dead != null;
    }
  }

  @Override
  public void close() {
    beating.ifPresent(Heartbeat::close);
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
