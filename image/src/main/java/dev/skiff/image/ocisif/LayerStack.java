package dev.skiff.image.ocisif;

import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.tree.Attributes;
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

/// Layers that are SquashFS images, open one above the other. What an upper one deletes it says as
/// overlayfs does: a character device 0:0 for a name, an attribute on a directory for all below it.
///
/// Merging is done here and not by overlayfs, because in a user namespace that does not believe the
/// attribute.
///
/// @see <a
///   href="https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories">
///   whiteouts and opaque directories</a>
public final class LayerStack implements AutoCloseable {

  private static final List<String> OPAQUE =
      List.of("trusted.overlay.opaque", "user.overlay.opaque");
  private static final List<String> MARKS = List.of("trusted.overlay.", "user.overlay.");

  private final List<SquashfsReader> layers;

  private LayerStack(List<SquashfsReader> layers) {
    this.layers = layers;
  }

  /// Opens the layers of a file, oldest first.
  ///
  /// @throws dev.skiff.image.MalformedImageException if one is no SquashFS image
  public static LayerStack open(Path file, List<OciSif.Layer> layers) throws IOException {
    List<SquashfsReader> opened = new ArrayList<>();
    LayerStack stack = new LayerStack(opened);
    try {
      for (OciSif.Layer layer : layers) {
        opened.add(SquashfsReader.open(file, layer.offsetBytes(), layer.sizeBytes()));
      }
      return stack;
    } catch (IOException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /// The files that are visible from above. Their contents are read from the layers, so they are to
  /// be read before this is closed.
  public FileTree merge() throws IOException {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    for (SquashfsReader layer : layers) {
      lay(layer.tree().root(), root);
    }
    return new FileTree(root);
  }

  /// Lays a directory over what is there.
  private static void lay(Directory upper, Directory merged) {
    merged.setAttributes(withoutMarks(upper.attributes()));
    if (isOpaque(upper)) {
      merged.children().clear();
    }
    for (Map.Entry<FileName, FileNode> entry : upper.entries()) {
      switch (entry.getValue()) {
        case Directory above -> {
          Directory below =
              merged.children().get(entry.getKey()) instanceof Directory there
                  ? there
                  : new Directory(above.attributes());
          merged.children().put(entry.getKey(), below);
          lay(above, below);
        }
        case Device device when isWhiteout(device) -> merged.children().remove(entry.getKey());
        case FileNode file -> merged.children().put(entry.getKey(), file);
      }
    }
  }

  private static boolean isWhiteout(Device device) {
    return device.kind() == Device.Kind.CHARACTER && device.major() == 0 && device.minor() == 0;
  }

  private static boolean isOpaque(Directory directory) {
    for (String name : OPAQUE) {
      byte[] value = directory.attributes().xattrs().get(name);
      if (value != null && new String(value, StandardCharsets.ISO_8859_1).equals("y")) {
        return true;
      }
    }
    return false;
  }

  private static Attributes withoutMarks(Attributes attributes) {
    SortedMap<String, byte[]> kept = new TreeMap<>(attributes.xattrs());
    kept.keySet().removeIf(name -> MARKS.stream().anyMatch(name::startsWith));
    return new Attributes(
        attributes.permissions(),
        attributes.uid(),
        attributes.gid(),
        attributes.mtimeSeconds(),
        kept);
  }

  @Override
  public void close() throws IOException {
    for (SquashfsReader layer : layers) {
      layer.close();
    }
  }
}
