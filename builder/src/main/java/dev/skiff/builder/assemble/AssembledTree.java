package dev.skiff.builder.assemble;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.AttributesPool;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Gives the files of a tree other times and watched contents; hard links stay hard links.
final class AssembledTree {

  private final long latestSeconds;
  private final UnaryOperator<FileContent> contents;
  private final AttributesPool pool = new AttributesPool();
  private final IdentityHashMap<FileNode, FileNode> changed = new IdentityHashMap<>();

  private AssembledTree(long latestSeconds, UnaryOperator<FileContent> contents) {
    this.latestSeconds = latestSeconds;
    this.contents = contents;
  }

  /// The tree as it is written: the same one, changed.
  ///
  /// @param latest the latest time that a file may have
  /// @param contents what is put around each content
  static FileTree of(FileTree tree, Optional<Instant> latest, UnaryOperator<FileContent> contents) {
    long seconds = latest.map(Instant::getEpochSecond).orElse(Long.MAX_VALUE);
    new AssembledTree(seconds, contents).change(tree.root());
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
        return change(child);
      });
    }
  }

  private FileNode change(FileNode node) {
    boolean late = node.attributes().mtimeSeconds() > latestSeconds;
    if (node instanceof RegularFile file) {
      FileContent content = contents.apply(file.content());
      boolean same = !late && content.equals(file.content());
      return same
          ? file
          : changed.computeIfAbsent(
              file, _ -> new RegularFile(attributes(file.attributes()), content));
    }
    return late
        ? changed.computeIfAbsent(node, _ -> node.with(attributes(node.attributes())))
        : node;
  }

  private Attributes attributes(Attributes from) {
    return from.mtimeSeconds() <= latestSeconds
        ? from
        : pool.shared(
            new Attributes(
                from.permissions(), from.uid(), from.gid(), latestSeconds, from.xattrs()));
  }
}
