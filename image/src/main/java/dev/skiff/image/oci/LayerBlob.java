package dev.skiff.image.oci;

import com.github.luben.zstd.ZstdOutputStream;
import dev.skiff.image.oci.layer.LayerTar;
import dev.skiff.image.tree.FileTree;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPOutputStream;

/// A layer as it was written to a file.
///
/// @param diffId of its tar
/// @param stored the file's bytes: what they are, how many, and their digest
public record LayerBlob(Digest diffId, Descriptor stored) {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int ZSTD_LEVEL = 1; // it is unpacked as often as written

  /// How a layer is compressed in its file.
  public enum Packing {
    /// What every tool reads.
    GZIP("+gzip"),
    /// Several times faster.
    ZSTD("+zstd");

    private final String suffix;

    Packing(String suffix) {
      this.suffix = suffix;
    }

    private OutputStream over(OutputStream out) throws IOException {
      return switch (this) {
        case GZIP -> new GZIPOutputStream(out, BUFFER_BYTES); // its header has no time
        case ZSTD -> new ZstdOutputStream(out, ZSTD_LEVEL);
      };
    }
  }

  /// The digest that a tree's layer would have.
  public static Digest diffIdOf(FileTree tree) throws IOException {
    MessageDigest hash = Digest.Algorithm.SHA256.start();
    LayerTar.write(tree, new DigestOutputStream(OutputStream.nullOutputStream(), hash));
    return Digest.of(Digest.Algorithm.SHA256, hash.digest());
  }

  /// Writes a tree's layer.
  ///
  /// @param file overwritten
  public static LayerBlob write(FileTree tree, Path file, Packing packing) throws IOException {
    return write(out -> LayerTar.write(tree, out), file, packing);
  }

  /// Writes a layer that is there as a tar.
  ///
  /// @param tar read to its end, and closed
  public static LayerBlob write(InputStream tar, Path file, Packing packing) throws IOException {
    try (tar) {
      return write(
          out -> {
            try (out) {
              long _ = tar.transferTo(out);
            }
          },
          file,
          packing);
    }
  }

  private interface Tar {
    /// Closes the stream.
    void writeTo(OutputStream out) throws IOException;
  }

  private static LayerBlob write(Tar tar, Path file, Packing packing) throws IOException {
    MessageDigest plain = Digest.Algorithm.SHA256.start();
    MessageDigest stored = Digest.Algorithm.SHA256.start();
    OutputStream bytes =
        Files.newOutputStream(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try (OutputStream hashed = new DigestOutputStream(bytes, stored)) {
      OutputStream packed = packing.over(new BufferedOutputStream(hashed, BUFFER_BYTES));
      tar.writeTo(new DigestOutputStream(new BufferedOutputStream(packed, BUFFER_BYTES), plain));
    }
    return new LayerBlob(
        Digest.of(Digest.Algorithm.SHA256, plain.digest()),
        Descriptor.of(
            MediaTypes.OCI_LAYER + packing.suffix,
            Digest.of(Digest.Algorithm.SHA256, stored.digest()),
            Files.size(file)));
  }
}
