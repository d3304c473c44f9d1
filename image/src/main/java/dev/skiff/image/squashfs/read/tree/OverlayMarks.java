package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode.Device;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a layer says what it deletes: a character device 0:0 for a name, an attribute on a directory
/// for all below it.
///
/// @see <a
///   href="https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories">
///   whiteouts and opaque directories</a>
final class OverlayMarks {

  private static final List<String> OPAQUE =
      List.of("trusted.overlay.opaque", "user.overlay.opaque");
  private static final List<String> MARKS = List.of("trusted.overlay.", "user.overlay.");

  private OverlayMarks() {}

  static boolean isWhiteout(Device device) {
    return device.kind() == Device.Kind.CHARACTER && device.major() == 0 && device.minor() == 0;
  }

  static boolean isOpaque(Attributes directory) {
    for (String name : OPAQUE) {
      byte[] value = directory.xattrs().get(name);
      if (value != null && new String(value, StandardCharsets.ISO_8859_1).equals("y")) {
        return true;
      }
    }
    return false;
  }

  /// The same attributes but for the marks among them.
  static Attributes without(Attributes attributes) {
    if (attributes.xattrs().isEmpty()) {
      return attributes;
    }
    SortedMap<String, byte[]> kept = new TreeMap<>(attributes.xattrs());
    kept.keySet().removeIf(name -> MARKS.stream().anyMatch(name::startsWith));
    return new Attributes(
        attributes.permissions(),
        attributes.uid(),
        attributes.gid(),
        attributes.mtimeSeconds(),
        kept);
  }
}
