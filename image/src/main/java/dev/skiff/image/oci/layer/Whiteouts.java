package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// How a layer says that something of the layers below is gone.
///
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts">whiteouts</a>
public final class Whiteouts {

  /// Everything that lower layers have in the directory is gone.
  public static final FileName OPAQUE = FileName.of(".wh..wh..opq");

  private static final byte[] PREFIX = ".wh.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PRIVATE = ".wh..wh.".getBytes(StandardCharsets.US_ASCII);

  private Whiteouts() {}

  /// The entry that hides a file of that name.
  public static FileName of(FileName hidden) {
    byte[] name = hidden.bytes();
    byte[] whiteout = Arrays.copyOf(PREFIX, PREFIX.length + name.length);
    System.arraycopy(name, 0, whiteout, PREFIX.length, name.length);
    return FileName.ofWhiteout(whiteout);
  }

  /// What stands in a tree in the place of a whiteout.
  public static RegularFile node() {
    return new RegularFile(Attributes.of(0, 0, 0, 0), FileContent.of(new byte[0]));
  }

  /// Whether a file of that name would be taken for a whiteout.
  public static boolean isReserved(FileName name) {
    return startsWith(name.bytes(), PREFIX);
  }

  /// The name that an entry hides; empty if it is no whiteout, or hides everything.
  static Optional<FileName> hidden(FileName name) {
    byte[] bytes = name.bytes();
    if (!startsWith(bytes, PREFIX) || startsWith(bytes, PRIVATE)) {
      return Optional.empty();
    }
    return Optional.of(FileName.of(Arrays.copyOfRange(bytes, PREFIX.length, bytes.length)));
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length > start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
