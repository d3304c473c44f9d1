package dev.skiff.builder.store;

import dev.skiff.builder.lock.LockSight;
import dev.skiff.builder.lock.ProcessLock;
import dev.skiff.image.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Held by the one process of all machines that makes something of a digest.
public final class WorkLock implements AutoCloseable {

  private static final int NAME_DIGITS = 3; // at most 4096 files of a kind, two seldom share one
  private static final int POLL_MILLIS = 200;

  private final ProcessLock lock;
  private final Optional<MachineClaim> claim;

  private WorkLock(ProcessLock lock, Optional<MachineClaim> claim) {
    this.lock = lock;
    this.claim = claim;
  }

  /// Takes it, if nobody has it.
  ///
  /// @param root the cache's directory
  /// @param work what is made, a word
  /// @throws IOException if the file system has no locks, or may not be written to
  public static Optional<WorkLock> tryTake(Path root, String work, Digest digest)
      throws IOException {
    return tryTake(file(root, work, digest), Machine.name());
  }

  static Optional<WorkLock> tryTake(Path file, String machine) throws IOException {
    Optional<ProcessLock> lock = ProcessLock.tryTake(file);
    return lock.isPresent() ? claimed(file, machine, lock.get()) : Optional.empty();
  }

  private static Optional<WorkLock> claimed(Path file, String machine, ProcessLock lock)
      throws IOException {
    boolean kept = false;
    try {
      if (LockSight.reachesAllMachines(file)) {
        kept = true;
        return Optional.of(new WorkLock(lock, Optional.empty()));
      }
      Path beside = file.resolveSibling(file.getFileName() + ".claim");
      Optional<MachineClaim> claim = MachineClaim.tryTake(beside, machine);
      kept = claim.isPresent();
      return claim.map(taken -> new WorkLock(lock, Optional.of(taken)));
    } finally {
      if (!kept) {
        lock.close();
      }
    }
  }

  /// Takes it, when nobody else has it.
  ///
  /// @throws IOException if the file system has no locks, or may not be written to
  public static WorkLock await(Path root, String work, Digest digest) throws IOException {
    Path file = file(root, work, digest);
    try {
      while (true) {
        Optional<ProcessLock> lock = ProcessLock.await(file);
        if (lock.isPresent()) {
          Optional<WorkLock> taken = claimed(file, Machine.name(), lock.get());
          if (taken.isPresent()) {
            return taken.get();
          }
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the work was stopped", e);
    }
  }

  private static Path file(Path root, String work, Digest digest) {
    String name = work + "-" + digest.hex().substring(0, NAME_DIGITS);
    return root.resolve("locks").resolve(name);
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      if (claim.isPresent()) {
        claim.get().close();
      }
    }
  }
}
