package dev.skiff.builder.root;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// The files of a root file system that is being made: a directory on disk, or a tree in memory.
/// What is done to a root is decided without knowing which of them it is.
///
/// Paths are those that `RootPaths` gives: they begin with its root, and links in them have been
/// followed. No method follows another. Owner of all that is made is root.
public sealed interface RootFiles permits DiskFiles, TreeFiles {

  /// What stands at a path.
  enum Kind {
    NOTHING,
    FILE,
    DIRECTORY,
    LINK,
    /// A device, a pipe or a socket.
    OTHER
  }

  Kind kind(Path path);

  default boolean exists(Path path) {
    return kind(path) != Kind.NOTHING;
  }

  default boolean isFile(Path path) {
    return kind(path) == Kind.FILE;
  }

  default boolean isDirectory(Path path) {
    return kind(path) == Kind.DIRECTORY;
  }

  default boolean isLink(Path path) {
    return kind(path) == Kind.LINK;
  }

  Path linkTarget(Path link) throws IOException;

  /// The lower twelve bits of st_mode.
  int permissions(Path path) throws IOException;

  /// Sets the lower twelve bits of st_mode; not of a link.
  void setPermissions(Path path, int permissions) throws IOException;

  /// What is in a directory, sorted.
  List<String> names(Path directory) throws IOException;

  /// The bytes of a regular file; the caller closes.
  InputStream open(Path file) throws IOException;

  long sizeBytes(Path file) throws IOException;

  /// Makes a directory where nothing stands.
  ///
  /// @param permissions whatever the umask
  void makeDirectory(Path directory, int permissions) throws IOException;

  void makeLink(Path link, Path target) throws IOException;

  /// Makes a file where nothing stands.
  ///
  /// @param permissions whatever the umask
  void makeFile(Path file, byte[] bytes, int permissions) throws IOException;

  /// Adds to a file, which is made if nothing stands there.
  void append(Path file, byte[] bytes, int permissions) throws IOException;

  /// Makes a file of one of the host, with its time; a link there is followed.
  void takeIn(Path hostFile, Path file, int permissions) throws IOException;

  /// Deletes anything but a directory with something in it; also where nothing stands.
  void delete(Path path) throws IOException;

  /// Gives a file another name, where nothing stands.
  void move(Path from, Path to) throws IOException;
}
