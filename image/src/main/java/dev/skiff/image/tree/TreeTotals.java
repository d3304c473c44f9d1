package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Predicate;

/// How much a tree holds; a file with several names counts once.
///
/// @param files directories left out
/// @param bytes of regular files
public record TreeTotals(long files, long bytes) {

  /// All of it.
  public static TreeTotals of(FileTree tree) {
    return of(tree, content -> true);
  }

  /// The bytes of those files whose content is wanted.
  public static long bytes(FileTree tree, Predicate<FileContent> wanted) {
    return of(tree, wanted).bytes();
  }

  private static TreeTotals of(FileTree tree, Predicate<FileContent> wanted) {
    NodeNumbers seen = new NodeNumbers(LinkedNodes.count(tree.root()));
    Deque<Directory> pending = new ArrayDeque<>();
    pending.push(tree.root());
    long files = 0;
    long bytes = 0;
    while (!pending.isEmpty()) {
      for (Map.Entry<FileName, FileNode> entry : pending.pop().entries()) {
        FileNode node = entry.getValue();
        if (node instanceof Directory directory) {
          pending.push(directory);
        } else if (seen.get(node) == 0) {
          seen.put(node, 1);
          files++;
          boolean counts = node instanceof RegularFile file && wanted.test(file.content());
          bytes += counts ? ((RegularFile) node).content().sizeBytes() : 0;
        }
      }
    }
    return new TreeTotals(files, bytes);
  }
}
