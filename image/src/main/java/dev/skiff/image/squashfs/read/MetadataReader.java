package dev.skiff.image.squashfs.read;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.MetadataBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads what stands in metadata blocks, keeping those last used. Any number of threads may use
/// one; a cursor belongs to one of them.
public final class MetadataReader {

  private static final int CACHED_BLOCKS = 512;

  /// Where a table stands.
  ///
  /// @param endBytes its blocks begin before this
  public record Table(String name, long startBytes, long endBytes) {}

  private final BlockReader image;
  private final Map<Long, MetadataBlock> cache =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, MetadataBlock> eldest) {
          return size() > CACHED_BLOCKS;
        }
      };

  MetadataReader(BlockReader image) {
    this.image = image;
  }

  private MetadataBlock block(long offsetBytes, Table table) throws IOException {
    if (offsetBytes < table.startBytes() || offsetBytes >= table.endBytes()) {
      throw image.malformed(
          offsetBytes,
          table.name(),
          "a metadata block outside of bytes %d to %d"
              .formatted(table.startBytes(), table.endBytes()));
    }
    synchronized (cache) {
      MetadataBlock known = cache.get(offsetBytes);
      if (known != null) {
        return known;
      }
    }
    MetadataBlock block = image.metadataBlock(offsetBytes, table.name());
    synchronized (cache) {
      cache.put(offsetBytes, block);
    }
    return block;
  }

  /// Begins to read at a reference: a block's start, counted from the table's, and an offset in it.
  public Cursor at(Table table, long reference) throws IOException {
    return new Cursor(table, table.startBytes() + (reference >>> 16), (int) (reference & 0xffff));
  }

  /// A place in a table, moving on as fields are read.
  public final class Cursor {

    private final Table table;
    private final ByteBuffer field = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    private long blockBytes;
    private MetadataBlock block;
    private int position;

    private Cursor(Table table, long blockBytes, int position) throws IOException {
      this.table = table;
      this.blockBytes = blockBytes;
      this.position = position;
      block = block(blockBytes, table);
      if (position > block.length()) {
        throw malformed("reference", "offset %d in %d bytes".formatted(position, block.length()));
      }
    }

    /// The reference of the next byte.
    public long reference() {
      return ((blockBytes - table.startBytes()) << 16) | position;
    }

    public int u16() throws IOException {
      return fixed(2).getShort(0) & 0xffff;
    }

    /// Four bytes whose highest bit may be set.
    public int i32() throws IOException {
      return fixed(4).getInt(0);
    }

    public long u32() throws IOException {
      return Integer.toUnsignedLong(i32());
    }

    /// Eight bytes, refused if they say 2^63 or more.
    public long u63(String name) throws IOException {
      long value = fixed(8).getLong(0);
      if (value < 0) {
        throw malformed(name, Long.toUnsignedString(value) + " is beyond any file");
      }
      return value;
    }

    /// So many bytes; the caller has checked that it wants that many.
    public byte[] bytes(int count) throws IOException {
      byte[] bytes = new byte[count];
      fill(bytes, count);
      return bytes;
    }

    private ByteBuffer fixed(int count) throws IOException {
      fill(field.array(), count);
      return field;
    }

    private void fill(byte[] bytes, int count) throws IOException {
      int done = 0;
      while (done < count) {
        if (position == block.length()) {
          blockBytes = block.nextBytes();
          block = block(blockBytes, table);
          position = 0;
        }
        int length = Math.min(count - done, block.length() - position);
        block.copy(position, bytes, done, length);
        position += length;
        done += length;
      }
    }

    public MalformedImageException malformed(String name, String reason) {
      return image.malformed(blockBytes, table.name() + "." + name, reason);
    }
  }
}
