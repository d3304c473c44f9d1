package dev.skiff.builder.reuse;

import dev.skiff.builder.registry.BlobCache;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.Sha256;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.squashfs.reuse.BlockTable;
import dev.skiff.image.tar.listing.TarListing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where it is kept what is remembered of conversions: a listing for each layer, under its digest,
/// and for each SIF a record with the table of its blocks, under its path. Which of them are kept
/// is decided by their number, their size, and when they were of use.
///
/// @param layers the listings
/// @param images the records
/// @param files the SIFs, where they can have a second name
public record ConversionCache(PrivateFiles layers, PrivateFiles images, SecondNames files) {

  private static final byte[] MAGIC = "SKIFFIR1".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_RECORD_BYTES = 1 << 18;
  private static final int MOST_TABLE_BYTES = 1 << 26;
  private static final int SEAL_BYTES = 32;
  private static final long MOST_BYTES = 256L << 20;

  /// In the user's cache.
  public static ConversionCache of(Map<String, String> environment) {
    Path cache = BlobCache.of(environment).root();
    Path root = cache.resolve("conversions");
    return new ConversionCache(
        new PrivateFiles(root.resolve("layers"), 512, MOST_BYTES),
        new PrivateFiles(root.resolve("images"), 64, MOST_BYTES),
        new SecondNames(cache, root.resolve("files")));
  }

  /// What is remembered of a layer.
  ///
  /// @param layer the digest of its uncompressed bytes
  Optional<TarListing> listing(Digest layer) {
    Optional<byte[]> bytes = layers.read(nameOf(layer), TarListing.LARGEST_BYTES);
    try {
      return bytes.isEmpty()
          ? Optional.empty()
          : Optional.of(TarListing.of("listing of layer " + layer, bytes.get()));
    } catch (MalformedImageException e) {
      return Optional.empty();
    }
  }

  void put(Digest layer, byte[] listing) throws IOException {
    layers.write(nameOf(layer), ByteBuffer.wrap(listing));
  }

  private static String nameOf(Digest layer) {
    return layer.algorithmName() + "-" + layer.hex();
  }

  /// A record whose file was only opened: its table is read when it is wanted.
  record Kept(String name, ImageRecord record) {}

  /// All records, the last used first.
  List<Kept> records() {
    List<Kept> records = new ArrayList<>();
    for (String name : images.names()) {
      Optional<byte[]> start = images.readStart(name, MOST_RECORD_BYTES);
      try {
        if (start.isPresent()) {
          records.add(new Kept(name, recordOf(name, ByteBuffer.wrap(start.get()))));
        }
      } catch (MalformedImageException e) {
        images.remove(name);
      }
    }
    return records;
  }

  private static ImageRecord recordOf(String name, ByteBuffer start)
      throws MalformedImageException {
    if (start.remaining() < MAGIC.length + 4
        || start.slice(0, MAGIC.length).mismatch(ByteBuffer.wrap(MAGIC)) >= 0) {
      throw new MalformedImageException(name, 0, "magic", "no record of this version");
    }
    int length = start.position(MAGIC.length).getInt();
    if (length < 0 || length > start.remaining()) {
      throw new MalformedImageException(name, 0, "record", "it has %d bytes".formatted(length));
    }
    byte[] bytes = new byte[length];
    start.get(bytes);
    return ImageRecord.read(name, bytes);
  }

  /// The table of a record; nothing if the file is damaged.
  Optional<BlockTable> table(Kept kept) {
    Optional<byte[]> read = images.read(kept.name(), MOST_TABLE_BYTES);
    if (read.isEmpty() || read.get().length < SEAL_BYTES) {
      return Optional.empty();
    }
    byte[] all = read.get();
    int sealed = all.length - SEAL_BYTES;
    try {
      if (!Arrays.equals(Sha256.of(all, sealed), Arrays.copyOfRange(all, sealed, all.length))) {
        throw new MalformedImageException(kept.name(), sealed, "seal", "it is damaged");
      }
      ByteBuffer rest = ByteBuffer.wrap(all, 0, sealed);
      ImageRecord _ = recordOf(kept.name(), rest);
      return Optional.of(BlockTable.of(kept.name(), rest));
    } catch (MalformedImageException e) {
      forget(kept);
      return Optional.empty();
    }
  }

  /// Remembers a SIF; what was remembered of another one at its place is replaced.
  void put(ImageRecord record, byte[] table) throws IOException {
    byte[] bytes = record.toBytes();
    int sealed = MAGIC.length + 4 + bytes.length + table.length;
    if (bytes.length > MOST_RECORD_BYTES - 64 || sealed > MOST_TABLE_BYTES - SEAL_BYTES) {
      return;
    }
    ByteBuffer all = ByteBuffer.allocate(sealed + SEAL_BYTES);
    all.put(MAGIC).putInt(bytes.length).put(bytes).put(table).put(Sha256.of(all.array(), sealed));
    images.write(nameOf(record.image()), all.flip());
    files.keepOnly(Set.copyOf(images.names()));
  }

  private static String nameOf(Path image) {
    return Digest.sha256(image.toString().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
  }

  /// Has a SIF stay though it is removed, unless it is one of the cache's own. It changes the time
  /// of the file's last change.
  void hold(Path image) {
    if (!image.startsWith(files.cache())) {
      files.give(nameOf(image), image);
    }
  }

  /// The SIF of a record under its second name.
  Optional<Path> held(Kept kept) {
    return files.of(kept.name());
  }

  /// Remembers a SIF that is a copy of another.
  void putCopy(Kept original, ImageRecord copy) throws IOException {
    Optional<byte[]> read = images.read(original.name(), MOST_TABLE_BYTES);
    int start = MAGIC.length + 4 + original.record().toBytes().length;
    if (read.isPresent() && read.get().length >= start + SEAL_BYTES) {
      put(copy, Arrays.copyOfRange(read.get(), start, read.get().length - SEAL_BYTES));
    }
  }

  void forget(Digest layer) {
    layers.remove(nameOf(layer));
  }

  void forget(Kept kept) {
    images.remove(kept.name());
    files.remove(kept.name());
  }
}
