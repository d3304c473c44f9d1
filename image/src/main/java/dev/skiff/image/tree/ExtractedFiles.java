package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which files of a directory hold what a tree put there, by their stamps.
public final class ExtractedFiles {

  /// The kernel stamps files with a clock that moves in steps of up to 10 ms.
  private static final int TICK_MILLIS = 20;

  private record Unseen(Path path, Directory directory) {}

  private final Map<FileStamp, FileContent> contents = new HashMap<>();

  private ExtractedFiles() {}

  /// Nothing is known.
  public static ExtractedFiles none() {
    return new ExtractedFiles();
  }

  /// Takes the stamps of all regular files that a tree has been made into. Returns when every
  /// change from now on shows in them.
  ///
  /// @param directory where the tree was extracted, and nobody has changed anything since
  public static ExtractedFiles record(FileTree tree, Path directory) throws IOException {
    ExtractedFiles files = new ExtractedFiles();
    Deque<Unseen> unseen = new ArrayDeque<>();
    unseen.push(new Unseen(directory.toRealPath(), tree.root()));
    while (!unseen.isEmpty()) {
      Unseen here = unseen.pop();
      for (Map.Entry<FileName, FileNode> entry : here.directory().entries()) {
        Path path = HostPath.resolve(here.path(), entry.getKey());
        if (entry.getValue() instanceof Directory below) {
          unseen.push(new Unseen(path, below));
        } else if (entry.getValue() instanceof RegularFile file) {
          files.contents.put(FileStamp.of(path), file.content());
        }
      }
    }
    try {
      Thread.sleep(TICK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("extracting a tree").initCause(e);
    }
    return files;
  }

  /// The content that a file with this stamp was made of; empty if it is none of them, or has been
  /// changed.
  public Optional<FileContent> contentOf(FileStamp stamp) {
    return Optional.ofNullable(contents.get(stamp));
  }
}
