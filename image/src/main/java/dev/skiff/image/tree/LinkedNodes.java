package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Directory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/// Finds the files of a tree that have several names, so that nothing need be remembered of all the
/// others.
public final class LinkedNodes {

  private static final byte[] NO_PATH = {};

  private LinkedNodes() {}

  /// The files of several names, told by identity.
  public static Set<FileNode> in(FileTree tree) {
    return of(tree).keySet();
  }

  /// The files of several names, each with an empty array, to be replaced.
  public static IdentityHashMap<FileNode, byte[]> of(FileTree tree) {
    NodeNumbers seen = new NodeNumbers(count(tree.root()));
    IdentityHashMap<FileNode, byte[]> linked = new IdentityHashMap<>();
    Deque<Directory> unvisited = new ArrayDeque<>();
    unvisited.push(tree.root());
    while (!unvisited.isEmpty()) {
      for (Map.Entry<FileName, FileNode> entry : unvisited.pop().entries()) {
        FileNode node = entry.getValue();
        if (node instanceof Directory directory) {
          unvisited.push(directory);
        } else if (seen.get(node) == 0) {
          seen.put(node, 1);
        } else {
          linked.put(node, NO_PATH);
        }
      }
    }
    return linked;
  }

  /// How many names there are below a directory.
  static int count(Directory root) {
    int count = 0;
    Deque<Directory> unvisited = new ArrayDeque<>();
    unvisited.push(root);
    while (!unvisited.isEmpty()) {
      for (Map.Entry<FileName, FileNode> entry : unvisited.pop().entries()) {
        count++;
        if (entry.getValue() instanceof Directory directory) {
          unvisited.push(directory);
        }
      }
    }
    return count;
  }
}
