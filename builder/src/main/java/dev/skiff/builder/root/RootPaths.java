package dev.skiff.builder.root;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// Finds the path in a root of a path in the image; on disk that is a host path. Symbolic links are
/// followed as the container would follow them, so that none leads out of the root directory.
/// Nobody else may write to the root meanwhile.
public final class RootPaths {

  private static final int MOST_LINKS = 40; // the kernel's own limit

  private final Path root;
  private final RootFiles files;

  /// Paths below a directory.
  ///
  /// @param root an existing directory, absolute
  public RootPaths(Path root) {
    this(root, new DiskFiles());
  }

  RootPaths(Path root, RootFiles files) {
    this.root = root;
    this.files = files;
  }

  /// What stands at the paths.
  public RootFiles files() {
    return files;
  }

  public Path root() {
    return root;
  }

  /// Where a path leads, the last name followed too if it is a link. It need not exist.
  ///
  /// @param inside a path in the image; relative ones start at its root
  public Path follow(Path inside) throws IOException {
    return resolve(inside, LastName.FOLLOWED);
  }

  /// Where a path leads, the last name as it is: what lstat(2) would look at.
  public Path locate(Path inside) throws IOException {
    return resolve(inside, LastName.AS_IT_IS);
  }

  private enum LastName {
    FOLLOWED,
    AS_IT_IS
  }

  private Path resolve(Path inside, LastName lastName) throws IOException {
    Deque<Path> ahead = new ArrayDeque<>();
    inside.forEach(ahead::addLast);
    Path here = root;
    int links = 0;
    while (!ahead.isEmpty()) {
      Path name = ahead.removeFirst();
      String text = name.toString();
      if (text.isEmpty() || text.equals(".")) {
        continue;
      }
      if (text.equals("..")) {
        here = above(here);
        continue;
      }
      Path next = here.resolve(name);
      boolean isLast = ahead.isEmpty() && lastName == LastName.AS_IT_IS;
      if (isLast || !files.isLink(next)) {
        here = next;
        continue;
      }
      if (++links > MOST_LINKS) {
        throw new FileSystemLoopException(inside.toString());
      }
      Path target = files.linkTarget(next);
      here = target.isAbsolute() ? root : here;
      for (int i = target.getNameCount() - 1; i >= 0; i--) {
        ahead.addFirst(target.getName(i));
      }
    }
    return here;
  }

  private Path above(Path here) {
    Path parent = here.getParent();
    return here.equals(root) || parent == null ? root : parent;
  }

  /// The path in the image of a host path below the root.
  public Path inside(Path host) {
    return Path.of("/").resolve(root.relativize(host));
  }

  /// Makes a directory with its parents, 0755 each, where they are missing.
  ///
  /// @return its host path
  /// @throws NotDirectoryException if something else stands in the way
  public Path makeDirectories(Path inside) throws IOException {
    Path made = root;
    Path soFar = Path.of("/");
    for (Path name : inside) {
      soFar = soFar.resolve(name);
      made = follow(soFar);
      if (files.exists(made)) {
        if (!files.isDirectory(made)) {
          throw new NotDirectoryException(soFar.toString());
        }
      } else {
        Path parent = made.getParent();
        if (parent != null && !files.isDirectory(parent)) {
          makeDirectories(inside(parent)); // a dangling link pointed deeper
        }
        files.makeDirectory(made, 0755);
      }
    }
    return made;
  }
}
