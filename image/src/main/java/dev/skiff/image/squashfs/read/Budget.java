package dev.skiff.image.squashfs.read;

import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import java.io.IOException;

/// How much memory an image's tree may still take. A small image can name millions of files, since
/// metadata may be compressed a thousandfold.
public final class Budget {

  /// Node, content, and place in a directory besides the name's own bytes, rounded up.
  public static final int ENTRY_BYTES = 128;

  /// What a directory takes on top of that.
  public static final int DIRECTORY_BYTES = 224;

  /// Attributes that are not shared with a neighbour.
  public static final int ATTRIBUTES_BYTES = 48;

  static final int XATTR_BYTES = 96;

  private final long mostBytes;
  private long leftBytes;

  public Budget(long mostBytes) {
    this.mostBytes = mostBytes;
    leftBytes = mostBytes;
  }

  /// Three quarters of the heap: some 900,000 files in 256 MiB.
  public static Budget ofThisProcess() {
    return new Budget(Runtime.getRuntime().maxMemory() / 4 * 3);
  }

  public void spend(long bytes, Cursor where) throws IOException {
    leftBytes -= bytes;
    if (leftBytes < 0) {
      throw where.malformed(
          "tree", "its files' names and attributes exceed %d bytes of memory".formatted(mostBytes));
    }
  }

  /// What was spent is free again.
  public void giveBack(long bytes) {
    leftBytes += bytes;
  }
}
