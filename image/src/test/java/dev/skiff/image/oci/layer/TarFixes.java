package dev.skiff.image.oci.layer;

import dev.skiff.image.tar.TarBytes;
import java.util.Arrays;

/// Repairs what would stop a changed archive at its first header, so that the change is met by the
/// code behind it.
final class TarFixes {

  private static final int BLOCK_BYTES = 512;

  private TarFixes() {}

  /// The same archive with the check sum of each header that a reader would come to.
  static byte[] withCheckSums(byte[] archive) {
    byte[] fixed = archive.clone();
    int at = 0;
    while (at + BLOCK_BYTES <= fixed.length) {
      byte[] header = Arrays.copyOfRange(fixed, at, at + BLOCK_BYTES);
      if (isZero(header)) {
        return fixed;
      }
      System.arraycopy(TarBytes.sum(header), 0, fixed, at, BLOCK_BYTES);
      long blocks = hasContent((char) header[156]) ? Math.ceilDiv(size(header), BLOCK_BYTES) : 0;
      if (blocks > fixed.length / BLOCK_BYTES) {
        return fixed;
      }
      at += (int) (1 + blocks) * BLOCK_BYTES;
    }
    return fixed;
  }

  private static boolean isZero(byte[] block) {
    return Arrays.equals(block, new byte[block.length]);
  }

  private static boolean hasContent(char type) {
    return "\0007LKxXgVS0".indexOf(type) >= 0;
  }

  private static long size(byte[] header) {
    long size = 0;
    for (int i = 124; i < 136 && header[i] >= '0' && header[i] <= '7'; i++) {
      size = size * 8 + header[i] - '0';
    }
    return size;
  }
}
