package dev.skiff.image.squashfs.read;

import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.FragmentEntry;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.MetadataReader.Table;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decompresses fragment blocks, keeping those last used: the small files of one directory mostly
/// share one. Any number of threads may use one.
public final class FragmentReader implements BlockInputStream.Fragments {

  private static final int CACHED_BYTES = 4 << 20;

  private final BlockReader image;
  private final LookupReader lookup;
  private final SuperBlock superBlock;
  private final Table table;
  private final Map<Integer, byte[]> cache;
  private final Object[] locks = new Object[16];

  FragmentReader(BlockReader image, LookupReader lookup, SuperBlock superBlock) {
    this.image = image;
    this.lookup = lookup;
    this.superBlock = superBlock;
    table = new Table("fragment_table", SuperBlock.BYTES, superBlock.tables().fragments());
    int cached = CACHED_BYTES / superBlock.blockSizeBytes();
    Arrays.setAll(locks, _ -> new Object());
    cache =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
            return size() > cached;
          }
        };
  }

  @Override
  public byte[] fragment(int index) throws IOException {
    byte[] known = cached(index);
    return known == null ? decompressed(index) : known;
  }

  private byte @Nullable [] cached(int index) {
    synchronized (cache) {
      return cache.get(index);
    }
  }

  /// Threads that work side by side mostly want the same fragment: one of them decompresses it.
  private byte[] decompressed(int index) throws IOException {
    synchronized (locks[index & (locks.length - 1)]) {
      byte[] known = cached(index);
      if (known != null) {
        return known;
      }
      byte[] fragment = read(index);
      synchronized (cache) {
        cache.put(index, fragment);
      }
      return fragment;
    }
  }

  private byte[] read(int index) throws IOException {
    FragmentEntry entry = entry(index);
    byte[] bytes = new byte[superBlock.blockSizeBytes()];
    int size = image.block(entry.startBytes(), entry.sizeWord(), bytes, "fragment block");
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /// What the table says of a fragment; whether there is such a block is not checked.
  public FragmentEntry entry(int index) throws IOException {
    if (Integer.compareUnsigned(index, superBlock.fragmentCount()) >= 0) {
      throw image.malformed(
          -1,
          "fragment index",
          "%s of %s"
              .formatted(
                  Integer.toUnsignedString(index),
                  Integer.toUnsignedString(superBlock.fragmentCount())));
    }
    long number = Integer.toUnsignedLong(index);
    Cursor entry = lookup.find(table, superBlock.tables().fragments(), number, 16);
    return new FragmentEntry(entry.u63("start"), entry.i32(), 0);
  }
}
