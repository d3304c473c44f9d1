package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Directory;
import java.util.Optional;

/// A whole file system, from its root directory down.
///
/// @param root the directory `/`
public record FileTree(Directory root) {

  /// The file at a path, never following symbolic links nor going up; `/` or the empty path is the
  /// root.
  public Optional<FileNode> find(String path) {
    FileNode here = root;
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (!(here instanceof Directory directory)) {
        return Optional.empty();
      }
      FileNode next = FileName.isUsable(part) ? directory.child(FileName.of(part)) : null;
      if (next == null) {
        return Optional.empty();
      }
      here = next;
    }
    return Optional.of(here);
  }
}
