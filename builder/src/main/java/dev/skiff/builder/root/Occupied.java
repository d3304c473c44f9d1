package dev.skiff.builder.root;

import dev.skiff.builder.lock.LockSight;
import dev.skiff.builder.lock.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// That a directory of the working directory is in use: a lock on a file in it, which ends with its
/// process, however that ends. A build that was killed leaves its directory; the next build removes
/// it.
final class Occupied implements Closeable {

  private static final String MARK = "occupied";
  private static final int OF_ITS_OWNER_ALONE = 0700;

  private final Optional<ProcessLock> lock;

  private Occupied(Optional<ProcessLock> lock) {
    this.lock = lock;
  }

  /// Marks a directory that was just made. Where the file system has no locks it stays unmarked,
  /// and is never taken for left behind.
  static Occupied mark(Path directory) throws IOException {
    Path mark = directory.resolve(MARK);
    try {
      return new Occupied(ProcessLock.tryTake(mark));
    } catch (IOException e) {
      Files.deleteIfExists(mark);
      return new Occupied(Optional.empty());
    }
  }

  @Override
  public void close() throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }

  /// Removes the caller's own directories whose builds have ended without doing so. Those of other
  /// machines stay, where their locks are not seen. What cannot be removed is left.
  ///
  /// @param prefix how the names of such directories begin
  static void removeLeftBehind(Path working, String prefix) {
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(working, prefix + "*")) {
      for (Path directory : directories) {
        removeIfLeft(directory);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // this build does not need it
    }
  }

  private static void removeIfLeft(Path directory) {
    try {
      Path mark = directory.resolve(MARK);
      if (!isOurs(directory)
          || !Files.isRegularFile(mark, LinkOption.NOFOLLOW_LINKS)
          || !LockSight.reachesAllMachines(directory)) {
        return;
      }
      Optional<ProcessLock> lock = ProcessLock.tryTake(mark);
      if (lock.isPresent()) {
        try (ProcessLock _ = lock.get()) {
          TreeRemoval.remove(directory);
        }
      }
    } catch (IOException e) {
      return; // somebody else is at it, or it holds what only another user may remove
    }
  }

  /// Whether nobody else can have put anything there.
  private static boolean isOurs(Path directory) throws IOException {
    Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object own = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return owner.equals(own)
        && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        && (FileModes.of(directory, LinkOption.NOFOLLOW_LINKS) & 0777) == OF_ITS_OWNER_ALONE;
  }
}
