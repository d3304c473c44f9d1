package dev.skiff.builder.stage;

import dev.skiff.image.oci.layer.Whiteouts;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Remembers a small tree, so that what is done to it later can be told as a layer.
final class TreeChanges {

  private final Remembered root;

  private record Remembered(
      Attributes attributes, Map<FileName, FileNode> nodes, Map<FileName, Remembered> below) {}

  private TreeChanges(Remembered root) {
    this.root = root;
  }

  /// Remembers a tree as it is now.
  static TreeChanges from(FileTree tree) {
    return new TreeChanges(remember(tree.root()));
  }

  private static Remembered remember(Directory directory) {
    Map<FileName, FileNode> nodes = new HashMap<>();
    Map<FileName, Remembered> below = new HashMap<>();
    for (Map.Entry<FileName, FileNode> child : directory.entries()) {
      nodes.put(child.getKey(), child.getValue());
      if (child.getValue() instanceof Directory deeper) {
        below.put(child.getKey(), remember(deeper));
      }
    }
    return new Remembered(directory.attributes(), nodes, below);
  }

  /// What is new, different or gone in the tree as it is now, as `LayerTar` wants it.
  FileTree to(FileTree tree) {
    return new FileTree(
        difference(root, tree.root())
            .orElseGet(() -> new Directory(tree.root().attributes(), new EntryTable<>())));
  }

  private static Optional<Directory> difference(Remembered before, Directory now) {
    EntryTable<FileNode> entries = new EntryTable<>();
    Map<FileName, FileNode> gone = new HashMap<>(before.nodes());
    for (Map.Entry<FileName, FileNode> child : now.entries()) {
      FileName name = child.getKey();
      FileNode node = child.getValue();
      FileNode old = gone.remove(name);
      Remembered below = before.below().get(name);
      if (node instanceof Directory deeper && below != null) {
        difference(below, deeper).ifPresent(changed -> entries.put(name, changed));
      } else if (!node.equals(old)) { // files are told by identity
        FileNode _ = entries.put(name, node);
      }
    }
    for (FileName name : gone.keySet()) {
      FileNode _ = entries.put(Whiteouts.of(name), Whiteouts.node());
    }
    entries.sort();
    boolean same = entries.size() == 0 && now.attributes().equals(before.attributes());
    return same ? Optional.empty() : Optional.of(new Directory(now.attributes(), entries));
  }
}
