package dev.skiff.image.sif;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What lies at a path, told by its first bytes.
public enum ImageKind {
  SIF,
  /// A SquashFS image that is not inside anything.
  SQUASHFS,
  /// An ext2, ext3 or ext4 file system: a writable overlay.
  EXT3,
  DIRECTORY,
  OTHER;

  private static final int SQUASHFS_MAGIC = 0x68737173;
  private static final int EXT_MAGIC_OFFSET = 1024 + 56;
  private static final short EXT_MAGIC = (short) 0xEF53;
  private static final int BYTES = EXT_MAGIC_OFFSET + 2;

  /// The kind of the file at a path, links followed.
  ///
  /// @throws IOException if there is none or it cannot be read
  public static ImageKind of(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return DIRECTORY;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return ofStart(start(channel, BYTES));
    }
  }

  /// As many bytes of the file as it has, and at most so many.
  static byte[] start(FileChannel channel, int most) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(most, channel.size()));
    while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0) {}
    byte[] start = new byte[buffer.position()];
    buffer.flip().get(start);
    return start;
  }

  /// The kind of a file that begins so, and is none of a directory.
  static ImageKind ofStart(byte[] start) {
    if (SifHeader.hasMagic(start)) {
      return SIF;
    }
    ByteBuffer in = ByteBuffer.wrap(start);
    if (start.length >= 4 && in.getInt(0) == SQUASHFS_MAGIC) {
      return SQUASHFS;
    }
    in.order(ByteOrder.LITTLE_ENDIAN);
    return start.length >= BYTES && in.getShort(EXT_MAGIC_OFFSET) == EXT_MAGIC ? EXT3 : OTHER;
  }
}
