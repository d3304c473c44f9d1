package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.AttributesPool;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The upper directory of an overlay, read as a layer: a character device 0:0 becomes a whiteout, a
/// directory marked opaque one with a whiteout of everything. What overlayfs noted besides is
/// dropped.
///
/// @see <a
///   href="https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories">
///   overlayfs</a>
public final class UpperDirectory {

  private final AttributesPool pool = new AttributesPool();
  private final List<String> unsayable = new ArrayList<>();

  private UpperDirectory() {}

  /// What was read.
  ///
  /// @param tree as `LayerTar` wants it
  /// @param unsayable paths of files left out, because a layer would take their names for whiteouts
  public record Read(FileTree tree, List<String> unsayable) {
    public Read {
      unsayable = List.copyOf(unsayable);
    }
  }

  /// Reads the directory; the overlay may not be mounted any more.
  ///
  /// @param options whose marks must be kept
  public static Read read(Path upper, DirectoryTree.Options options) throws IOException {
    FileTree raw = DirectoryTree.read(upper, options);
    UpperDirectory reading = new UpperDirectory();
    Directory root = reading.directory("", raw.root());
    return new Read(new FileTree(root), reading.unsayable);
  }

  private Directory directory(String path, Directory raw) {
    EntryTable<FileNode> entries = new EntryTable<>();
    if (isOpaque(raw.attributes())) {
      FileNode _ = entries.put(Whiteouts.OPAQUE, Whiteouts.node());
    }
    for (Map.Entry<FileName, FileNode> child : raw.entries()) {
      FileName name = child.getKey();
      FileNode node = child.getValue();
      if (Whiteouts.isReserved(name)) {
        unsayable.add(path + "/" + name);
      } else if (isWhiteout(node)) {
        FileNode _ = entries.put(Whiteouts.of(name), Whiteouts.node());
      } else if (node instanceof Directory below) {
        FileNode _ = entries.put(name, directory(path + "/" + name, below));
      } else {
        FileNode _ = entries.put(name, node);
      }
    }
    entries.sort();
    return new Directory(pool.shared(withoutMarks(raw.attributes())), entries);
  }

  private static boolean isWhiteout(FileNode node) {
    return node instanceof Device device
        && device.kind() == Device.Kind.CHARACTER
        && device.major() == 0
        && device.minor() == 0;
  }

  private static boolean isOpaque(Attributes attributes) {
    for (String name : DirectoryTree.OPAQUE_MARKS) {
      byte[] value = attributes.xattrs().get(name);
      if (value != null && new String(value, StandardCharsets.US_ASCII).equals("y")) {
        return true;
      }
    }
    return false;
  }

  private static Attributes withoutMarks(Attributes attributes) {
    SortedMap<String, byte[]> xattrs = new TreeMap<>(attributes.xattrs());
    if (!xattrs.keySet().removeAll(DirectoryTree.OPAQUE_MARKS)) {
      return attributes;
    }
    return new Attributes(
        attributes.permissions(),
        attributes.uid(),
        attributes.gid(),
        attributes.mtimeSeconds(),
        xattrs);
  }
}
