package dev.skiff.builder.root;

import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Finds what a path leads to in a tree, links followed inside it only.
final class TreeLinks {

  private static final int MOST_LINKS = 40; // the kernel's own limit

  private TreeLinks() {}

  /// Empty if the path leads nowhere.
  static Optional<FileNode> follow(FileTree tree, String path) {
    Deque<String> ahead = new ArrayDeque<>(names(path));
    Deque<Directory> above = new ArrayDeque<>(List.of(tree.root()));
    int links = 0;
    while (!ahead.isEmpty()) {
      String name = ahead.removeFirst();
      if (name.equals("..")) {
        if (above.size() > 1) {
          Directory _ = above.pop();
        }
        continue;
      }
      FileNode node = FileName.isUsable(name) ? above.element().child(FileName.of(name)) : null;
      if (node instanceof Symlink link && ++links <= MOST_LINKS) {
        String target = new String(link.target(), StandardCharsets.UTF_8);
        if (target.startsWith("/")) {
          above.clear();
          above.push(tree.root());
        }
        names(target).reversed().forEach(ahead::addFirst);
      } else if (node instanceof Directory directory) {
        above.push(directory);
      } else {
        return ahead.isEmpty() ? Optional.ofNullable(node) : Optional.empty();
      }
    }
    return Optional.of(above.element());
  }

  private static List<String> names(String path) {
    return Arrays.stream(path.split("/+", -1))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }
}
