package dev.skiff.image.squashfs.write;

import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.format.BlockEncoding;
import dev.skiff.image.squashfs.format.MetadataBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What stands behind the super block; LZ4 alone cannot do without.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#compression_options">SquashFS: compression
///   options</a>
public final class CompressorOptions {

  private static final int LZ4_VERSION = 1;
  private static final int LZ4_HIGH_COMPRESSION = 1;

  private CompressorOptions() {}

  /// The metadata block with the options, never compressed; empty if there is none.
  public static byte[] of(BlockEncoding encoding) {
    if (encoding.compression() != Compression.LZ4) {
      return new byte[0];
    }
    ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort((short) (8 | MetadataBlock.STORED_FLAG)).putInt(LZ4_VERSION);
    bytes.putInt(encoding.level() == 0 ? 0 : LZ4_HIGH_COMPRESSION);
    return bytes.array();
  }
}
