package dev.skiff.image.squashfs.write.tree;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import dev.skiff.image.squashfs.write.ImageOutput;
import dev.skiff.image.squashfs.write.LookupTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/// Every user and group id of an image once; inodes name them by their place.
public final class IdTable {

  private static final int MOST_IDS = 65535;

  private final Map<Long, Integer> indexes = new LinkedHashMap<>();

  /// The place of an id, given to it when first asked for.
  short indexOf(long id) throws IOException {
    Integer known = indexes.get(id);
    if (known != null) {
      return known.shortValue();
    }
    int index = indexes.size();
    if (index == MOST_IDS) {
      throw new IOException("more than 65535 different user and group ids: SquashFS has no more");
    }
    indexes.put(id, index);
    return (short) index;
  }

  public int count() {
    return indexes.size();
  }

  /// Writes the table and returns where its index begins.
  public long write(ImageOutput output, BlockCompressor compressor) throws IOException {
    LookupTable table = new LookupTable(output, compressor);
    ByteBuffer entry = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    for (long id : indexes.keySet()) {
      entry.clear().putInt((int) id).flip();
      table.add(entry);
    }
    return table.finish();
  }
}
