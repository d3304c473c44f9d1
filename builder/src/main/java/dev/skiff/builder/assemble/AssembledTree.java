package dev.skiff.builder.assemble;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.AttributesPool;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/// Gives the files of a tree other times; hard links stay hard links.
final class AssembledTree {

  private final long latestSeconds;
  private final AttributesPool pool = new AttributesPool();
  private final IdentityHashMap<FileNode, FileNode> changed = new IdentityHashMap<>();

  private AssembledTree(long latestSeconds) {
    this.latestSeconds = latestSeconds;
  }

  /// The tree as it is written: the same one, changed.
  ///
  /// @param latest the latest time that a file may have
  static FileTree of(FileTree tree, Optional<Instant> latest) {
    if (latest.isPresent()) {
      new AssembledTree(latest.get().getEpochSecond()).change(tree.root());
    }
    return tree;
  }

  /// A hostile tree may be a million directories deep, so no method calls itself.
  private void change(Directory root) {
    Deque<Directory> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      Directory here = open.pop();
      here.setAttributes(attributes(here.attributes()));
      here.replaceChildren(child -> {
        if (child instanceof Directory directory) {
          open.push(directory);
          return directory;
        }
        return child.attributes().mtimeSeconds() > latestSeconds
            ? changed.computeIfAbsent(child, _ -> child.with(attributes(child.attributes())))
            : child;
      });
    }
  }

  private Attributes attributes(Attributes from) {
    return from.mtimeSeconds() <= latestSeconds
        ? from
        : pool.shared(
            new Attributes(
                from.permissions(), from.uid(), from.gid(), latestSeconds, from.xattrs()));
  }
}
