package dev.skiff.image.oci.archive;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.layer.Decompression;
import dev.skiff.image.tar.TarIndex;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A tar that can be read at any place: the file itself, or an unpacked copy if it is compressed.
///
/// @param index where its files lie
/// @param copy a temporary file that is ours to delete
record TarFile(TarIndex index, Optional<Path> copy) implements Closeable {

  /// Opens a tar, or a tar compressed with gzip or zstd.
  ///
  /// @param temporary where an unpacked copy may lie, never larger than the space there
  static TarFile open(Path file, Path temporary) throws IOException {
    String name = file.toString();
    if (!isCompressed(file)) {
      return new TarFile(TarIndex.open(name, file), Optional.empty());
    }
    Path copy = Files.createTempFile(temporary, "skiff-archive-", ".tar");
    try {
      unpack(name, file, copy);
      return new TarFile(TarIndex.open(name, copy), Optional.of(copy));
    } catch (IOException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  private static boolean isCompressed(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return Decompression.isCompressed(in.readNBytes(4));
    }
  }

  private static void unpack(String name, Path file, Path copy) throws IOException {
    long left = Files.getFileStore(copy).getUsableSpace();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Decompression.open(name, Files.newInputStream(file));
        OutputStream out = Files.newOutputStream(copy)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        left -= count;
        if (left < 0) {
          throw new MalformedImageException(
              name, -1, "content", "unpacked, it is larger than the space in " + copy.getParent());
        }
        out.write(buffer, 0, count);
      }
    }
  }

  @Override
  public void close() throws IOException {
    index.close();
    if (copy.isPresent()) {
      Files.deleteIfExists(copy.get());
    }
  }
}
