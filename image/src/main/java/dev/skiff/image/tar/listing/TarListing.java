package dev.skiff.image.tar.listing;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.Sha256;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tree.ContentKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/// The entries of an archive in their order, and for files whose bytes were read, what names these.
/// Usable from several threads.
public final class TarListing {

  /// More bytes than a listing has.
  public static final int LARGEST_BYTES = 3 * ListingFormat.MOST_PLAIN_BYTES;

  private final String name;
  private final ByteBuffer bytes;
  private final int keyScheme;
  private final long archiveBytes;
  private final int entryCount;
  private final int plainBytes;
  private final int packedBytes;
  private final int keyCount;

  private TarListing(String name, ByteBuffer bytes) throws MalformedImageException {
    this.name = name;
    this.bytes = bytes;
    ByteBuffer header = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    header.position(ListingFormat.MAGIC.length);
    keyScheme = header.getInt();
    archiveBytes = header.getLong();
    entryCount = count("entries", header.getInt(), Integer.MAX_VALUE);
    plainBytes = count("plain size", header.getInt(), ListingFormat.MOST_PLAIN_BYTES);
    int left = bytes.limit() - ListingFormat.HEADER_BYTES - ListingFormat.SEAL_BYTES;
    packedBytes = count("packed size", header.getInt(), left);
    keyCount = count("keys", header.getInt(), (left - packedBytes) / ListingFormat.KEY_BYTES);
    if (archiveBytes < 0 || packedBytes + keyCount * ListingFormat.KEY_BYTES != left) {
      throw new MalformedImageException(name, -1, "size", "its parts have other sizes than it");
    }
  }

  private int count(String field, int found, int most) throws MalformedImageException {
    if (found < 0 || found > most) {
      throw new MalformedImageException(
          name, -1, field, "found %d, at most %d may be".formatted(found, most));
    }
    return found;
  }

  /// Takes a listing and checks that all of it is as it was written.
  ///
  /// @param name what it is, for messages
  /// @param all of it; ours to keep
  /// @throws MalformedImageException if it is damaged, of another version, or no listing
  public static TarListing of(String name, byte[] all) throws MalformedImageException {
    int sealed = all.length - ListingFormat.SEAL_BYTES;
    byte[] magic = ListingFormat.MAGIC;
    if (sealed < ListingFormat.HEADER_BYTES
        || !Arrays.equals(all, 0, magic.length, magic, 0, magic.length)) {
      throw new MalformedImageException(name, 0, "magic", "no listing of this version");
    }
    if (!Arrays.equals(Sha256.of(all, sealed), Arrays.copyOfRange(all, sealed, all.length))) {
      throw new MalformedImageException(name, sealed, "seal", "it is damaged");
    }
    return new TarListing(name, ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN));
  }

  /// How the keys were computed; keys of different schemes cannot be compared.
  public int keyScheme() {
    return keyScheme;
  }

  /// How many bytes the archive has, uncompressed.
  public long archiveBytes() {
    return archiveBytes;
  }

  /// Yields the entries one after the other.
  public interface Entries {

    /// The next entry, or nothing at the end.
    Optional<TarEntry> next() throws MalformedImageException;
  }

  /// The entries from the first on.
  public Entries entries() throws MalformedImageException {
    byte[] packed = new byte[packedBytes];
    bytes.duplicate().position(ListingFormat.HEADER_BYTES).get(packed);
    byte[] plain = new byte[plainBytes];
    try {
      long size = Zstd.decompressByteArray(plain, 0, plainBytes, packed, 0, packedBytes);
      if (size != plainBytes) {
        throw new MalformedImageException(name, -1, "entries", "they are cut short");
      }
    } catch (ZstdException e) {
      throw new MalformedImageException(name, -1, "entries", String.valueOf(e.getMessage()));
    }
    EntryReader reader = new EntryReader(name, plain);
    return new Entries() {
      private int left = entryCount;

      @Override
      public Optional<TarEntry> next() throws MalformedImageException {
        if (left == 0 || reader.atEnd()) {
          if (left > 0 || !reader.atEnd()) {
            throw new MalformedImageException(name, -1, "entries", "more or fewer than it says");
          }
          return Optional.empty();
        }
        left--;
        return Optional.of(reader.read());
      }
    };
  }

  /// How many files have a key.
  public int keyCount() {
    return keyCount;
  }

  /// The ordinal of the entry that a key belongs to.
  ///
  /// @param index 0 to `keyCount` - 1; ordinals ascend
  public int ordinalAt(int index) {
    return bytes.getInt(rowAt(index));
  }

  /// A key by its place in the listing.
  ///
  /// @param index 0 to `keyCount` - 1
  public ContentKey keyAt(int index) {
    int at = rowAt(index) + 4;
    ByteBuffer big = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
    return new ContentKey(
        bytes.getLong(at),
        big.getLong(at + 8),
        big.getLong(at + 16),
        big.getLong(at + 24),
        big.getLong(at + 32));
  }

  private int rowAt(int index) {
    return ListingFormat.HEADER_BYTES + packedBytes + index * ListingFormat.KEY_BYTES;
  }

  /// The key of the file that an entry stands for; none if its bytes were passed over.
  ///
  /// @param ordinal of the entry, from 0
  public Optional<ContentKey> key(long ordinal) {
    int low = 0;
    int high = keyCount - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int found = ordinalAt(middle);
      if (found == ordinal) {
        return Optional.of(keyAt(middle));
      }
      if (found < ordinal) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }
}
