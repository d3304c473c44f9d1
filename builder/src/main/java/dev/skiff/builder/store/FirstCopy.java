package dev.skiff.builder.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Gives finished files their names. Of files with the same bytes the first one stays: somebody may
/// have it open, on a machine that would lose it with its name.
public final class FirstCopy {

  private FirstCopy() {}

  /// Gives a file its name, or removes it if the same is there under that name.
  ///
  /// @param part in the directory of the other
  /// @return the file of that name
  public static Path settle(Path part, Path name) throws IOException {
    try {
      if (!isLinked(part, name) && !isSame(part, name)) {
        Path _ = Files.move(part, name, StandardCopyOption.ATOMIC_MOVE);
      }
      boolean _ = Files.deleteIfExists(part);
    } catch (NoSuchFileException e) {
      if (!isThere(name)) { // else somebody went on with the part
        throw e;
      }
    }
    return name;
  }

  /// In one step, so that of several processes one does it.
  private static boolean isLinked(Path part, Path name) {
    try {
      Files.createLink(name, part);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false; // there is one, or it is a file system without links
    }
  }

  private static boolean isSame(Path part, Path name) {
    try {
      return Files.mismatch(part, name) < 0;
    } catch (IOException e) {
      return false; // there is none, or it cannot be read
    }
  }

  /// Whether a file can be opened. What is merely looked up may be an answer that this machine
  /// remembers, though another one has removed the file.
  public static boolean isThere(Path file) {
    try (var _ = Files.newByteChannel(file)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Makes this machine forget what it remembers of a directory's names, such as that one is not
  /// there: NFS asks again after a change of its own.
  public static void lookAgain(Path directory) throws IOException {
    Files.delete(Files.createTempFile(directory, ".look-", ""));
  }
}
