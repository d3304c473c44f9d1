package dev.skiff.samples;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Tar archives that no tar would write, byte by byte.
final class TarBytes {

  private static final int BLOCK = 512;
  private static final int MODE = 0755;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarBytes file(String name, String content) {
    return file(name, 0, content);
  }

  TarBytes file(String name, int owner, String content) {
    unpadded(name, owner, content);
    out.writeBytes(new byte[-content.length() & (BLOCK - 1)]);
    return this;
  }

  /// A file after which nothing may follow: the padding is left out.
  TarBytes unpadded(String name, int owner, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    header(name, '0', "", owner, bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  TarBytes symlink(String name, String target) {
    return header(name, '2', target, 0, 0);
  }

  TarBytes hardLink(String name, String target) {
    return header(name, '1', target, 0, 0);
  }

  /// The header of a file that claims to be so large.
  TarBytes claim(String name, long size) {
    return header(name, '0', "", 0, size);
  }

  /// The archive with the two blocks that end it.
  byte[] ended() {
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }

  byte[] withoutEnd() {
    return out.toByteArray();
  }

  private TarBytes header(String name, char type, String link, int owner, long size) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, "%07o".formatted(MODE));
    put(block, 108, "%07o".formatted(owner));
    put(block, 116, "%07o".formatted(owner));
    put(block, 124, "%011o".formatted(size));
    put(block, 136, "%011o".formatted(1));
    put(block, 148, "        ");
    block[156] = (byte) type;
    put(block, 157, link);
    put(block, 257, "ustar");
    put(block, 263, "00");
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xFF;
    }
    put(block, 148, "%06o".formatted(sum) + "\0 ");
    out.writeBytes(block);
    return this;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
