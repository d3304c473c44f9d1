package dev.skiff.image.squashfs.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The checksum that tells a block from what it was: CRC-32C, which processors compute.
public final class BlockChecksum {

  private BlockChecksum() {}

  public static int of(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /// Of what remains of a buffer, which is read to its limit.
  public static int of(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
