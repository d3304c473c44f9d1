package dev.skiff.builder.root;

import dev.skiff.image.tree.ExtractedFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A directory that becomes a root file system, and a scratch directory. What we made of the two is
/// removed when this is closed, and also when the process is asked to end; after a process that was
/// killed, when the next one is made.
public final class RootFilesystem implements AutoCloseable {

  /// Whether the directories are removed at the end.
  public enum Cleanup {
    REMOVE,
    /// `--no-cleanup`: for looking at a build that failed.
    KEEP
  }

  private static final String PREFIX = "skiff-build-";
  private static final int SET_GROUP_ID = 02000;

  private final Path directory;
  private final Path scratch;
  private final Leftover leftover;
  private final Cleanup cleanup;
  private final List<Closeable> open = new ArrayList<>();
  private ExtractedFiles extracted = ExtractedFiles.none();

  private RootFilesystem(Path directory, Path scratch, Leftover leftover, Cleanup cleanup) {
    this.directory = directory;
    this.scratch = scratch;
    this.leftover = leftover;
    this.cleanup = cleanup;
  }

  /// Makes an empty one, with the scratch directory on the same file system.
  public static RootFilesystem create(WorkingDirectory where, Cleanup cleanup) throws IOException {
    return open(where, Optional.empty(), cleanup);
  }

  /// A directory of the person's own, which stays. The scratch directory lies elsewhere.
  public static RootFilesystem inPlace(Path directory, WorkingDirectory where, Cleanup cleanup)
      throws IOException {
    return open(where, Optional.of(directory.toAbsolutePath()), cleanup);
  }

  private static RootFilesystem open(
      WorkingDirectory where, Optional<Path> existing, Cleanup cleanup) throws IOException {
    Occupied.removeLeftBehind(where.directory(), PREFIX);
    Path parent =
        Files.createTempDirectory(
            where.directory(),
            PREFIX,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Leftover leftover = Leftover.at(parent);
    if (cleanup == Cleanup.KEEP) {
      leftover.forget();
    }
    Path scratch = Files.createDirectory(parent.resolve("scratch"));
    Path root = existing.orElse(parent.resolve("rootfs"));
    if (existing.isEmpty()) {
      Files.createDirectory(root);
      if ((FileModes.of(parent) & SET_GROUP_ID) != 0) {
        Files.setAttribute(root, "unix:gid", 0); // such a directory hands its own group on
      }
      FileModes.set(root, 0755);
    }
    RootFilesystem made = new RootFilesystem(root, scratch, leftover, cleanup);
    if (cleanup == Cleanup.REMOVE) {
      made.keepOpen(Occupied.mark(parent));
    }
    return made;
  }

  /// The root directory, absolute.
  public Path directory() {
    return directory;
  }

  public RootPaths paths() {
    return new RootPaths(directory);
  }

  /// A directory for whatever is not part of the image.
  public Path scratch() {
    return scratch;
  }

  /// What scripts see as `/tmp`; lasts as long as this, unless it is emptied.
  public Path temporary() {
    return scratch.resolve("tmp");
  }

  /// What scripts see as `/var/tmp`.
  public Path varTemporary() {
    return scratch.resolve("var-tmp");
  }

  /// Whether a script before ran or was cached, the next one finds nothing there.
  void emptyTemporary() throws IOException {
    TreeRemoval.remove(temporary());
    TreeRemoval.remove(varTemporary());
  }

  /// Something to be done on another thread, before all is removed because the process ends.
  void beforeRemovalAtExit(Runnable work) {
    leftover.beforeRemovalAtExit(work);
  }

  /// Closes something along with this.
  public void keepOpen(Closeable image) {
    open.add(image);
  }

  /// Says which files were put into the root, and of what.
  public void isMadeOf(ExtractedFiles files) {
    extracted = files;
  }

  /// The files that were put into the root by its base; those that a step has changed since are not
  /// found by their stamps.
  public ExtractedFiles extracted() {
    return extracted;
  }

  @Override
  public void close() throws IOException {
    for (Closeable image : open) {
      image.close();
    }
    if (cleanup == Cleanup.REMOVE) {
      leftover.close();
    }
  }
}
