package dev.skiff.image.oci.layer;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tar.TarReader;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Changes a tree as a layer on top of it says, in the layer's own order: for layers that
/// `LayerTar` wrote, in which a whiteout never follows what it does not mean, and parents come
/// first. Layers of others go through `LayerMerge`.
public final class LayerApplication {

  private final FileTree tree;
  private final TarLayer layer;
  private final ContentSink sink;

  private LayerApplication(FileTree tree, TarLayer layer, ContentSink sink) {
    this.tree = tree;
    this.layer = layer;
    this.sink = sink;
  }

  /// Changes the tree.
  ///
  /// @param sink where contents of the layer's files go
  /// @throws MalformedImageException if it is no such layer, or its bytes are not those it should
  ///   have
  public static void apply(FileTree tree, TarLayer layer, ContentSink sink) throws IOException {
    LayerEntries.forEach(layer, new LayerApplication(tree, layer, sink)::take);
  }

  private void take(TarEntry entry, TarReader reader) throws IOException {
    TarPath path = entry.path();
    if (path.isRoot()) {
      if (entry instanceof DirectoryEntry root) {
        tree.root().setAttributes(root.attributes());
      }
      return;
    }
    Directory parent = directory(path.parent());
    FileName name = path.name();
    if (name.equals(Whiteouts.OPAQUE)) {
      parent.children().clear();
      return;
    }
    Optional<FileName> hidden = Whiteouts.hidden(name);
    if (hidden.isPresent()) {
      FileNode _ = parent.children().remove(hidden.get());
      return;
    }
    switch (entry) {
      case DirectoryEntry directory -> {
        if (parent.child(name) instanceof Directory there) {
          there.setAttributes(directory.attributes());
        } else {
          FileNode _ = parent.children().put(name, new Directory(directory.attributes()));
        }
      }
      case FileEntry file -> {
        RegularFile node =
            new RegularFile(file.attributes(), sink.store(reader.content(), file.sizeBytes()));
        FileNode _ = parent.children().put(name, node);
      }
      case LinkEntry link -> {
        FileNode _ = parent.children().put(name, linked(link));
      }
      case NodeEntry node -> {
        FileNode _ = parent.children().put(name, node.node());
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

  private Directory directory(TarPath path) throws MalformedImageException {
    Directory here = tree.root();
    List<FileName> walked = new ArrayList<>();
    for (FileName part : path.parts()) {
      walked.add(part);
      if (!(here.child(part) instanceof Directory below)) {
        throw malformed(new TarPath(walked), "it is needed as a directory, and is none");
      }
      here = below;
    }
    return here;
  }

  private MalformedImageException malformed(TarPath path, String reason) {
    return new MalformedImageException(layer.name(), -1, path.toString(), reason);
  }
}
