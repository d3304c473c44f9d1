package dev.skiff.builder.assemble;

import dev.skiff.builder.root.FileModes;
import dev.skiff.builder.root.Leftover;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A directory beside the target in which the target is made, so that it can take its name in one
/// step. Removed when closed, with whatever is still in it.
final class Place implements AutoCloseable {

  private final Path parent;
  private final Path target;
  private final Leftover directory;

  private Place(Path parent, Path target, Leftover directory) {
    this.parent = parent;
    this.target = target;
    this.directory = directory;
  }

  /// @throws IOException if nothing can be made beside the target
  static Place beside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IOException("'" + target + "' has no directory it could be made in");
    }
    Leftover directory = Leftover.at(Files.createTempDirectory(parent, ".skiff-"));
    FileModes.set(directory.path(), 0700);
    return new Place(parent, absolute, directory);
  }

  /// Where something of the target is made.
  Path of(String name) {
    return directory.path().resolve(name);
  }

  /// Gives what was made the target's name; what had it is removed.
  void settle(Path made) throws IOException {
    boolean asideFirst =
        Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
            || (Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)
                && Files.exists(target, LinkOption.NOFOLLOW_LINKS));
    if (asideFirst) {
      Path _ = Files.move(target, of("replaced"), StandardCopyOption.ATOMIC_MOVE);
    }
    Path _ = Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /// The directory that the target stands in.
  Path parent() {
    return parent;
  }

  /// Whether a directory could take a name here by renaming alone.
  boolean canTake(Path elsewhere) throws IOException {
    Path probe = Files.createDirectory(elsewhere.resolveSibling("rename-probe"));
    try {
      Files.delete(Files.move(probe, of("rename-probe"), StandardCopyOption.ATOMIC_MOVE));
      return true;
    } catch (AtomicMoveNotSupportedException e) {
      Files.delete(probe);
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
