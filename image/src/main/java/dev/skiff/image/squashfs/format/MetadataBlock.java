package dev.skiff.image.squashfs.format;

/// A metadata block, decompressed; its bytes are never changed.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#packing_metadata">SquashFS: metadata</a>
public final class MetadataBlock {

  /// What every block holds but the last of a table, which may hold less.
  public static final int BYTES = 8192;

  /// Bit 15 of the header before a block: stored without compression.
  public static final int STORED_FLAG = 0x8000;

  private final byte[] bytes;
  private final int length;
  private final long nextBytes;

  /// A block of the first `length` bytes.
  ///
  /// @param nextBytes where the block behind it begins
  MetadataBlock(byte[] bytes, int length, long nextBytes) {
    this.bytes = bytes;
    this.length = length;
    this.nextBytes = nextBytes;
  }

  public int length() {
    return length;
  }

  public long nextBytes() {
    return nextBytes;
  }

  public void copy(int offset, byte[] target, int targetOffset, int count) {
    System.arraycopy(bytes, offset, target, targetOffset, count);
  }
}
