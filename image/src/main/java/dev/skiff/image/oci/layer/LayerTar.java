package dev.skiff.image.oci.layer;

import dev.skiff.image.tar.TarWriter;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.LinkedNodes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Writes a tree as the tar of a layer: names in the order of their bytes, a whiteout of everything
/// right behind its directory, hard links behind the first of their names. Equal trees give equal
/// bytes. Sockets are left out, as tar has none.
///
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">layer</a>
public final class LayerTar {

  private final TarWriter tar;
  private final IdentityHashMap<FileNode, byte[]> linked;

  private LayerTar(TarWriter tar, IdentityHashMap<FileNode, byte[]> linked) {
    this.tar = tar;
    this.linked = linked;
  }

  /// Writes the whole archive, and closes the stream.
  ///
  /// @param tree whiteouts stand in it as empty files whose names begin with `.wh.`
  public static void write(FileTree tree, OutputStream out) throws IOException {
    try (TarWriter tar = new TarWriter(out)) {
      LayerTar layer = new LayerTar(tar, LinkedNodes.of(tree));
      layer.directory(new byte[0], tree.root());
    }
  }

  /// The paths of what `write` leaves out.
  public static List<String> unsayable(FileTree tree) {
    List<String> found = new ArrayList<>();
    sockets("", tree.root(), found);
    return found;
  }

  private static void sockets(String path, Directory directory, List<String> found) {
    for (Map.Entry<FileName, FileNode> child : directory.entries()) {
      String name = path + "/" + child.getKey();
      if (child.getValue() instanceof Directory below) {
        sockets(name, below, found);
      } else if (child.getValue() instanceof Socket) {
        found.add(name);
      }
    }
  }

  private void directory(byte[] path, Directory directory) throws IOException {
    tar.directory(path, directory.attributes());
    FileNode opaque = directory.child(Whiteouts.OPAQUE);
    if (opaque != null) {
      node(join(path, Whiteouts.OPAQUE), opaque);
    }
    for (Map.Entry<FileName, FileNode> child : directory.entries()) {
      if (!child.getKey().equals(Whiteouts.OPAQUE)) {
        node(join(path, child.getKey()), child.getValue());
      }
    }
  }

  private static byte[] join(byte[] folder, FileName name) {
    if (folder.length == 0) {
      return name.bytes();
    }
    byte[] path = Arrays.copyOf(folder, folder.length + 1 + name.length());
    path[folder.length] = '/';
    System.arraycopy(name.bytes(), 0, path, folder.length + 1, name.length());
    return path;
  }

  private void node(byte[] path, FileNode node) throws IOException {
    byte[] first = linked.get(node);
    if (first != null && first.length > 0) {
      tar.hardLink(path, node.attributes(), first);
      return;
    }
    if (first != null) {
      linked.put(node, path);
    }
    switch (node) {
      case Directory directory -> directory(path, directory);
      case RegularFile file -> tar.file(path, file.attributes(), file.content());
      case Symlink link -> tar.symlink(path, link.attributes(), link.target());
      case Device device -> tar.device(path, device);
      case Fifo fifo -> tar.fifo(path, fifo.attributes());
      case Socket _ -> {} // a program makes it anew when it listens
    }
  }
}
