package dev.skiff.image.oci.layer;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tar.TarReader;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.util.function.UnaryOperator;

/// A layer that another tool wrote, read as what it changes: its whiteouts stand in the tree, so
/// that `LayerTar` writes it anew.
public final class LayerChanges {

  private final FileTree tree;
  private final TarLayer layer;
  private final ContentSink sink;
  private final UnaryOperator<Attributes> attributes;

  private LayerChanges(
      FileTree tree, TarLayer layer, ContentSink sink, UnaryOperator<Attributes> attributes) {
    this.tree = tree;
    this.layer = layer;
    this.sink = sink;
    this.attributes = attributes;
  }

  /// Reads a layer.
  ///
  /// @param root the attributes of the root directory, where the layer does not say them
  /// @param sink where contents go
  /// @param attributes what becomes of each file's
  /// @throws MalformedImageException if it is no layer, or its bytes are not those it should have
  public static FileTree read(
      TarLayer layer, Attributes root, ContentSink sink, UnaryOperator<Attributes> attributes)
      throws IOException {
    FileTree tree = new FileTree(new Directory(root));
    LayerEntries.forEach(layer, new LayerChanges(tree, layer, sink, attributes)::take);
    return tree;
  }

  private void take(TarEntry entry, TarReader reader) throws IOException {
    TarPath path = entry.path();
    if (path.isRoot()) {
      if (entry instanceof DirectoryEntry root) {
        tree.root().setAttributes(attributes.apply(root.attributes()));
      }
      return;
    }
    Directory parent = directory(path.parent());
    FileName name = path.name();
    if (name.equals(Whiteouts.OPAQUE) || Whiteouts.hidden(name).isPresent()) {
      FileNode _ = parent.children().put(name, Whiteouts.node());
      return;
    }
    switch (entry) {
      case DirectoryEntry directory -> {
        Attributes said = attributes.apply(directory.attributes());
        if (parent.child(name) instanceof Directory there) {
          there.setAttributes(said);
        } else {
          FileNode _ = parent.children().put(name, new Directory(said));
        }
      }
      case FileEntry file -> {
        RegularFile node =
            new RegularFile(
                attributes.apply(file.attributes()),
                sink.store(reader.content(), file.sizeBytes()));
        FileNode _ = parent.children().put(name, node);
      }
      case LinkEntry link -> {
        FileNode _ = parent.children().put(name, linked(link));
      }
      case NodeEntry node -> {
        FileNode made = node.node();
        FileNode _ = parent.children().put(name, made.with(attributes.apply(made.attributes())));
      }
    }
  }

  private FileNode linked(LinkEntry link) throws MalformedImageException {
    FileNode found =
        link.target().isRoot()
            ? null
            : directory(link.target().parent()).child(link.target().name());
    if (found == null || found instanceof Directory) {
      throw malformed(
          link.path(), "a hard link to '%s', which is no file".formatted(link.target()));
    }
    return found;
  }

  /// Tools leave out directories that did not change.
  private Directory directory(TarPath path) throws MalformedImageException {
    Directory here = tree.root();
    for (FileName part : path.parts()) {
      FileNode below = here.child(part);
      if (below == null) {
        Directory made = new Directory(attributes.apply(Attributes.of(0755, 0, 0, 0)));
        FileNode _ = here.children().put(part, made);
        here = made;
      } else if (below instanceof Directory directory) {
        here = directory;
      } else {
        throw malformed(path, "it is needed as a directory, and is none");
      }
    }
    return here;
  }

  private MalformedImageException malformed(TarPath path, String reason) {
    return new MalformedImageException(layer.name(), -1, path.toString(), reason);
  }
}
