package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which files of a directory hold what a tree put there, by their stamps. Takes some 40 bytes a
/// file.
public final class ExtractedFiles {

  /// The kernel stamps files with a clock that moves in steps of up to 10 ms.
  private static final int TICK_MILLIS = 20;

  private static final long SPREAD = 0x9E3779B97F4A7C15L; // inode numbers are mostly in a row

  private record Unseen(Path path, Directory directory) {}

  /// Told of every regular file.
  private interface WithFile {
    void run(Path directory, FileName name, RegularFile file) throws IOException;
  }

  private final @Nullable FileContent[] contents; // by hash of their stamps
  private final long[] inodes;
  private final long[] modified;
  private final long[] changed;
  private long device = -1;

  private ExtractedFiles(int files) {
    int slots = files + files / 3 + 1;
    contents = new FileContent[slots];
    inodes = new long[slots];
    modified = new long[slots];
    changed = new long[slots];
  }

  /// Nothing is known.
  public static ExtractedFiles none() {
    return new ExtractedFiles(0);
  }

  /// Takes the stamps of all regular files that a tree has been made into. Returns when every
  /// change from now on shows in them.
  ///
  /// @param directory where the tree was extracted, and nobody has changed anything since
  public static ExtractedFiles record(FileTree tree, Path directory) throws IOException {
    int[] count = {0};
    eachFile(tree, directory, (_, _, _) -> count[0]++);
    ExtractedFiles files = new ExtractedFiles(count[0]);
    eachFile(
        tree,
        directory,
        (folder, name, file) ->
            files.put(FileStamp.of(HostPath.resolve(folder, name)), file.content()));
    try {
      Thread.sleep(TICK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("extracting a tree").initCause(e);
    }
    return files;
  }

  private static void eachFile(FileTree tree, Path directory, WithFile work) throws IOException {
    Deque<Unseen> unseen = new ArrayDeque<>();
    unseen.push(new Unseen(directory.toRealPath(), tree.root()));
    while (!unseen.isEmpty()) {
      Unseen here = unseen.pop();
      for (Map.Entry<FileName, FileNode> entry : here.directory().entries()) {
        if (entry.getValue() instanceof Directory below) {
          unseen.push(new Unseen(HostPath.resolve(here.path(), entry.getKey()), below));
        } else if (entry.getValue() instanceof RegularFile file) {
          work.run(here.path(), entry.getKey(), file);
        }
      }
    }
  }

  private void put(FileStamp stamp, FileContent content) {
    if (device == -1) {
      device = stamp.device();
    }
    if (stamp.device() != device || stamp.sizeBytes() != content.sizeBytes()) {
      return; // something else lies there: it is read like any other file
    }
    int slot = slot(stamp);
    contents[slot] = content;
    inodes[slot] = stamp.inode();
    modified[slot] = stamp.modifiedNanos();
    changed[slot] = stamp.changedNanos();
  }

  private int slot(FileStamp stamp) {
    int slot = Math.floorMod((stamp.inode() * SPREAD) >>> 16, contents.length);
    while (contents[slot] != null && !stands(slot, stamp)) {
      slot = slot + 1 == contents.length ? 0 : slot + 1;
    }
    return slot;
  }

  private boolean stands(int slot, FileStamp stamp) {
    return inodes[slot] == stamp.inode()
        && modified[slot] == stamp.modifiedNanos()
        && changed[slot] == stamp.changedNanos();
  }

  /// The content that a file with this stamp was made of; empty if it is none of them, or has been
  /// changed.
  public Optional<FileContent> contentOf(FileStamp stamp) {
    return Optional.ofNullable(contents[slot(stamp)])
        .filter(found -> stamp.device() == device && stamp.sizeBytes() == found.sizeBytes());
  }
}
