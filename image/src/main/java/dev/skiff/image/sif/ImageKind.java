package dev.skiff.image.sif;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What lies at a path, told by its first bytes.
public enum ImageKind {
  SIF,
  /// A SquashFS image that is not inside anything.
  SQUASHFS,
  DIRECTORY,
  OTHER;

  private static final int SQUASHFS_MAGIC = 0x68737173;

  /// The kind of the file at a path, links followed.
  ///
  /// @throws IOException if there is none or it cannot be read
  public static ImageKind of(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return DIRECTORY;
    }
    byte[] start = new byte[SifHeader.BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(start);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      int count = 0;
      while (buffer.hasRemaining() && count >= 0) {
        count = channel.read(buffer);
      }
    }
    if (SifHeader.hasMagic(start)) {
      return SIF;
    }
    return buffer.getInt(0) == SQUASHFS_MAGIC ? SQUASHFS : OTHER;
  }
}
