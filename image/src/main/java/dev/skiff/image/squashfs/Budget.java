package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.MetadataReader.Cursor;
import java.io.IOException;

/// How much memory an image's tree may still take. A small image can name millions of files, since
/// metadata may be compressed a thousandfold.
final class Budget {

  /// Node, attributes, name, and map entry, measured and rounded up.
  static final int ENTRY_BYTES = 384;

  static final int XATTR_BYTES = 96;

  private final long mostBytes;
  private long leftBytes;

  Budget(long mostBytes) {
    this.mostBytes = mostBytes;
    leftBytes = mostBytes;
  }

  /// Half of the heap.
  static Budget ofThisProcess() {
    return new Budget(Runtime.getRuntime().maxMemory() / 2);
  }

  void spend(long bytes, Cursor where) throws IOException {
    leftBytes -= bytes;
    if (leftBytes < 0) {
      throw where.malformed(
          "tree", "its files' names and attributes exceed %d bytes of memory".formatted(mostBytes));
    }
  }
}
