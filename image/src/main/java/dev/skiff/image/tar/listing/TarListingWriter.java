package dev.skiff.image.tar.listing;

import com.github.luben.zstd.Zstd;
import dev.skiff.image.Sha256;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Makes a listing while an archive is read. Holds some 30 bytes an entry until `end`, a tenth of
/// them afterwards, and what `stored` was given.
public final class TarListingWriter {

  private static final int LEVEL = 3;

  private record Stored(int ordinal, FileContent content) {}

  /// Some 250,000 in 256 MiB: the merged tree needs the memory more.
  private final long mostEntries = Runtime.getRuntime().maxMemory() >> 10;

  private EntryWriter entries = new EntryWriter();
  private int entryCount;
  private byte[] packed = {};
  private int plainBytes;
  private long archiveBytes = -1;
  private boolean tooLarge;
  private final List<Stored> contents = new ArrayList<>();
  private final Map<Integer, ContentKey> keys = new TreeMap<>();

  /// Takes the next entry.
  public void entry(TarEntry entry) {
    if (tooLarge) {
      return;
    }
    entries.write(entry);
    entryCount++;
    if (entries.size() > ListingFormat.MOST_PLAIN_BYTES || entryCount > mostEntries) {
      tooLarge = true;
      entries = new EntryWriter();
      contents.clear();
    }
  }

  /// Says what the bytes of an entry became; its key is asked for in `finish`.
  ///
  /// @param ordinal of the entry, from 0
  public void stored(long ordinal, FileContent content) {
    if (!tooLarge) {
      contents.add(new Stored((int) ordinal, content));
    }
  }

  /// Takes over the keys of an older listing of the same archive.
  public void keep(TarListing older) {
    for (int i = 0; i < older.keyCount(); i++) {
      keys.put(older.ordinalAt(i), older.keyAt(i));
    }
  }

  /// All entries were taken.
  ///
  /// @param sizeBytes of the archive, uncompressed
  public void end(long sizeBytes) {
    plainBytes = entries.size();
    packed = Zstd.compress(entries.toBytes(), LEVEL);
    entries = new EntryWriter();
    archiveBytes = sizeBytes;
  }

  /// The listing, as `TarListing` reads it; nothing if the archive was not read to its end or has
  /// too many entries.
  ///
  /// @param keyScheme how the keys of the contents were computed
  public Optional<byte[]> finish(int keyScheme) {
    if (tooLarge || archiveBytes < 0) {
      return Optional.empty();
    }
    for (Stored stored : contents) {
      stored.content().key().ifPresent(key -> keys.put(stored.ordinal(), key));
    }
    int size = ListingFormat.HEADER_BYTES + packed.length + keys.size() * ListingFormat.KEY_BYTES;
    byte[] all = new byte[size + ListingFormat.SEAL_BYTES];
    ByteBuffer out = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ListingFormat.MAGIC).putInt(keyScheme).putLong(archiveBytes).putInt(entryCount);
    out.putInt(plainBytes).putInt(packed.length).putInt(keys.size()).put(packed);
    keys.forEach((ordinal, key) -> {
      out.order(ByteOrder.LITTLE_ENDIAN).putInt(ordinal).putLong(key.sizeBytes());
      out.order(ByteOrder.BIG_ENDIAN).putLong(key.a()).putLong(key.b());
      out.putLong(key.c()).putLong(key.d());
    });
    out.put(Sha256.of(all, size));
    return Optional.of(all);
  }
}
