package dev.skiff.builder.reuse;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Which layers a SIF was made of, and what tells whether it still is that SIF.
///
/// @param image where it lies, absolute
/// @param sifId of its header
/// @param rootOffsetBytes where its root file system begins
/// @param layers digests of the uncompressed layers, oldest first
record ImageRecord(
    Path image,
    FileIdentity identity,
    UUID sifId,
    long rootOffsetBytes,
    long rootSizeBytes,
    List<Digest> layers) {

  private static final int MOST_LAYERS = 1 << 12;

  ImageRecord {
    layers = List.copyOf(layers);
  }

  /// Whether a file under a second name is the SIF.
  boolean isHeldAs(FileIdentity second) {
    return second.isUnwrittenSince(identity);
  }

  /// Whether the SIF still lies where it was made.
  boolean isAtItsPlace() {
    try {
      return FileIdentity.of(image).isUnwrittenSince(identity);
    } catch (IOException e) {
      return false;
    }
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(image.toString());
      out.writeLong(identity.sizeBytes());
      out.writeLong(identity.modifiedNanos());
      out.writeLong(identity.changedNanos());
      out.writeLong(identity.inode());
      out.writeInt(identity.ownerId());
      out.writeInt(identity.mode());
      out.writeLong(sifId.getMostSignificantBits());
      out.writeLong(sifId.getLeastSignificantBits());
      out.writeLong(rootOffsetBytes);
      out.writeLong(rootSizeBytes);
      out.writeInt(layers.size());
      for (Digest layer : layers) {
        out.writeUTF(layer.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a path is longer than paths are", e);
    }
    return bytes.toByteArray();
  }

  /// @throws MalformedImageException if the bytes are none that `toBytes` gives
  static ImageRecord read(String name, byte[] bytes) throws MalformedImageException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Path image = Path.of(in.readUTF());
      FileIdentity identity =
          new FileIdentity(
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readInt(),
              in.readInt());
      UUID id = new UUID(in.readLong(), in.readLong());
      long offset = in.readLong();
      long size = in.readLong();
      int count = in.readInt();
      if (count < 0 || count > MOST_LAYERS || offset < 0 || size < 0) {
        throw new MalformedImageException(name, -1, "record", "numbers that cannot be");
      }
      List<Digest> layers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        layers.add(Digest.parse(in.readUTF()));
      }
      return new ImageRecord(image, identity, id, offset, size, layers);
    } catch (IllegalArgumentException | IOException e) {
      throw new MalformedImageException(name, -1, "record", String.valueOf(e.getMessage()));
    }
  }
}
