package dev.skiff.image.squashfs;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.WalkedLines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads whatever an image has, as far as a fuzzer has patience.
final class FuzzedImage {

  private static final int MOST_BYTES_OF_FILE = 1 << 18;
  private static final int MOST_FILES = 2000;

  private FuzzedImage() {}

  /// Reads tree and contents, or is told that the image is malformed.
  static void read(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("fuzz", ".sqfs");
    try {
      Files.write(file, bytes);
      try (SquashfsReader reader = SquashfsReader.open(file)) {
        walk(reader);
        stack(reader);
        FileTree tree = reader.tree(new Budget(4 << 20));
        var _ = readContents(tree.root(), MOST_FILES);
      }
    } catch (MalformedImageException _) {
      // refused, as it should be
    } finally {
      Files.delete(file);
    }
  }

  /// Looks at single files and at all, without a tree.
  private static void walk(SquashfsReader reader) throws IOException {
    try {
      var _ = reader.find("/a/../b", SquashfsReader.Links.FOLLOWED);
      reader.walk(new WalkedLines());
    } catch (MalformedImageException _) {
      // the tree may be refused for something else
    }
  }

  /// Lays the image over itself, so that all of it is hidden once.
  private static void stack(SquashfsReader reader) throws IOException {
    LayerStack stack = LayerStack.of(List.of(reader, reader)); // the reader is closed by its owner
    try {
      var _ = stack.names("/a/..", SquashfsReader.Links.FOLLOWED);
      var _ = stack.counts();
      stack.walk(new WalkedLines());
      var _ = stack.tree(new Budget(4 << 20));
    } catch (MalformedImageException _) {
      // the tree may be refused for something else
    }
  }

  private static int readContents(Directory directory, int mostFiles) throws IOException {
    int left = mostFiles;
    for (FileNode node : directory.children().values()) {
      if (left > 0 && node instanceof RegularFile file) {
        left--;
        try (InputStream in = file.content().open()) {
          var _ = in.readNBytes(MOST_BYTES_OF_FILE);
        } catch (MalformedImageException _) {
          // this one, and perhaps not the next
        }
      } else if (left > 0 && node instanceof Directory below) {
        left = readContents(below, left);
      }
    }
    return left;
  }
}
