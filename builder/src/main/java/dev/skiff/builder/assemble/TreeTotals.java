package dev.skiff.builder.assemble;

import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;

/// How much a tree holds; a file with several names counts once.
///
/// @param files directories left out
/// @param bytes of regular files
record TreeTotals(long files, long bytes) {

  static TreeTotals of(FileTree tree) {
    return of(tree, content -> true);
  }

  /// The bytes of those files whose content is wanted.
  static long bytes(FileTree tree, Predicate<FileContent> wanted) {
    return of(tree, wanted).bytes();
  }

  private static TreeTotals of(FileTree tree, Predicate<FileContent> wanted) {
    Set<FileNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Directory> pending = new ArrayDeque<>();
    pending.push(tree.root());
    long bytes = 0;
    while (!pending.isEmpty()) {
      for (var entry : pending.pop().entries()) {
        FileNode node = entry.getValue();
        if (node instanceof Directory directory) {
          pending.push(directory);
        } else if (seen.add(node)
            && node instanceof RegularFile file
            && wanted.test(file.content())) {
          bytes += file.content().sizeBytes();
        }
      }
    }
    return new TreeTotals(seen.size(), bytes);
  }
}
