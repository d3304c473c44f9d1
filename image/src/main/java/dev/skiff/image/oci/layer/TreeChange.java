package dev.skiff.image.oci.layer;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/// Puts merged layers onto the tree that they lie on. What no layer names stays as it is and costs
/// nothing, however large or deep it is.
record TreeChange(FileTree tree) {

  /// Gives hard links their file, if it is one of the tree's. The way there is taken as it is
  /// written: links on it are not followed.
  void answer(Map<TarPath, Leaf> waiting) {
    for (Map.Entry<TarPath, Leaf> link : waiting.entrySet()) {
      if (link.getValue().isOpen()) {
        file(link.getKey()).ifPresent(link.getValue()::complete);
      }
    }
  }

  private Optional<FileNode> file(TarPath path) {
    FileNode here = tree.root();
    for (FileName name : path.parts()) {
      FileNode next = here instanceof Directory directory ? directory.child(name) : null;
      if (next == null) {
        return Optional.empty();
      }
      here = next;
    }
    return here instanceof Directory ? Optional.empty() : Optional.of(here);
  }

  /// Changes the tree; the layers are emptied.
  void put(MergeDirectory layers) throws MalformedImageException {
    put(layers, tree.root());
  }

  /// As deep as the layers' own paths are, which is bounded.
  private static void put(MergeDirectory from, Directory onto) throws MalformedImageException {
    onto.setAttributes(from.attributesOver(onto.attributes()));
    if (from.isOpaque() || !from.whiteouts().isEmpty() || from.children().size() > 0) {
      hide(from, onto.children());
      for (Map.Entry<FileName, MergeNode> child : from.children()) {
        put(child.getKey(), child.getValue(), onto);
      }
      from.children().clear();
    }
  }

  private static void hide(MergeDirectory from, NavigableMap<FileName, FileNode> children) {
    if (from.isOpaque()) {
      children.clear();
    }
    from.whiteouts().forEach(children::remove);
  }

  private static void put(FileName name, MergeNode node, Directory onto)
      throws MalformedImageException {
    switch (node) {
      case MergeDirectory below when onto.child(name) instanceof Directory there ->
          put(below, there);
      case MergeDirectory below when below.isPresent() -> {
        FileNode _ = onto.children().put(name, LayerMerge.directory(below));
      }
      case MergeDirectory _ -> {} // hid something that is not there
      case Leaf leaf -> {
        FileNode _ = onto.children().put(name, LayerMerge.node(name, leaf));
      }
    }
  }
}
