package dev.skiff.builder.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A file that says which machine does a piece of work, where a lock does not say it to the others.
/// Within the machine a lock decides. In force as long as its process says now and then that it
/// lives.
final class MachineClaim implements AutoCloseable {

  private static final Duration BEAT = Duration.ofSeconds(20);

  /// After such a silence nobody believes it; clocks of machines may differ by half of it.
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private final Path file;
  private final String machine;
  private final Heartbeat heartbeat;

  private MachineClaim(Path file, String machine) {
    this.file = file;
    this.machine = machine;
    this.heartbeat = Heartbeat.begin(file, BEAT);
  }

  /// Takes it for a process that has locked the work on its machine, if no other machine has it.
  static Optional<MachineClaim> tryTake(Path file, String machine) throws IOException {
    if (isMade(file, machine)) {
      return Optional.of(new MachineClaim(file, machine));
    }
    if (!isOf(file, machine) && isInForce(file)) {
      return Optional.empty();
    }
    replace(file, machine);
    return isOf(file, machine) ? Optional.of(new MachineClaim(file, machine)) : Optional.empty();
  }

  private static boolean isMade(Path file, String machine) throws IOException {
    try {
      Path _ = Files.writeString(file, machine, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (IOException e) {
      if (FirstCopy.isThere(file)) { // not every server says that this was the reason
        return false;
      }
      throw e;
    }
  }

  private static void replace(Path file, String machine) throws IOException {
    Path part = Files.createTempFile(file.getParent(), ".claim-", "");
    try {
      Path _ = Files.writeString(part, machine);
      Path _ = Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      boolean _ = Files.deleteIfExists(part);
    }
  }

  private static boolean isOf(Path file, String machine) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII).equals(machine);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Asked after it was read, which makes this machine forget an older time.
  private static boolean isInForce(Path file) throws IOException {
    try {
      Instant heard = Files.getLastModifiedTime(file).toInstant();
      return heard.isAfter(Instant.now().minus(SILENCE));
    } catch (NoSuchFileException e) {
      return true; // given up just now: the next look finds it free
    }
  }

  @Override
  public void close() throws IOException {
    heartbeat.close();
    if (isOf(file, machine)) {
      boolean _ = Files.deleteIfExists(file);
    }
  }
}
