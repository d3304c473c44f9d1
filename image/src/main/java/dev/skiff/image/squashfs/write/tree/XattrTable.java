package dev.skiff.image.squashfs.write.tree;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.format.Xattrs;
import dev.skiff.image.squashfs.write.ImageOutput;
import dev.skiff.image.squashfs.write.LookupTable;
import dev.skiff.image.squashfs.write.MetadataWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Every different set of extended attributes once; inodes name them by their place.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#xattr_table">SquashFS: xattr table</a>
public final class XattrTable {

  private record Entry(long reference, int count, int size) {}

  private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();
  private final MetadataWriter pairWriter;
  private final BlockCompressor compressor;
  private final List<Entry> entries = new ArrayList<>();

  /// Sorted, so that nobody can choose sets whose hashes are equal.
  private final SortedMap<byte[], Integer> indexes = new TreeMap<>(Arrays::compareUnsigned);

  private final SortedSet<String> dropped = new TreeSet<>();
  private int filesThatLost;

  public XattrTable(BlockCompressor compressor) {
    this.compressor = compressor;
    pairWriter = new MetadataWriter(compressor, pairs::write);
  }

  /// The place of a set of attributes, or `Xattrs.NONE` if nothing of it can be said.
  int indexOf(SortedMap<String, byte[]> xattrs) throws IOException {
    if (xattrs.isEmpty()) {
      return Xattrs.NONE;
    }
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    int count = 0;
    for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
      count += encode(xattr.getKey(), xattr.getValue(), encoded);
    }
    filesThatLost += count < xattrs.size() ? 1 : 0;
    if (count == 0) {
      return Xattrs.NONE;
    }
    byte[] bytes = encoded.toByteArray();
    Integer known = indexes.get(bytes);
    if (known != null) {
      return known;
    }
    entries.add(new Entry(pairWriter.reference(), count, bytes.length));
    pairWriter.write(ByteBuffer.wrap(bytes));
    indexes.put(bytes, entries.size() - 1);
    return entries.size() - 1;
  }

  private int encode(String name, byte[] value, ByteArrayOutputStream out) throws IOException {
    for (int type = 0; type < Xattrs.PREFIXES.size(); type++) {
      String prefix = Xattrs.PREFIXES.get(type);
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        byte[] rest = name.substring(prefix.length()).getBytes(StandardCharsets.UTF_8);
        if (rest.length + prefix.length() > 255 || value.length > Xattrs.LONGEST_VALUE_BYTES) {
          throw new IOException("extended attribute '" + name + "' is longer than Linux has them");
        }
        ByteBuffer pair = ByteBuffer.allocate(8 + rest.length + value.length);
        pair.order(ByteOrder.LITTLE_ENDIAN).putShort((short) type).putShort((short) rest.length);
        pair.put(rest).putInt(value.length).put(value);
        out.write(pair.array());
        return 1;
      }
    }
    var _ = dropped.add(name);
    return 0;
  }

  /// The names of attributes that were left out: the format has no prefix for them.
  public SortedSet<String> dropped() {
    return Collections.unmodifiableSortedSet(dropped);
  }

  /// How many files had any of those.
  public int filesThatLost() {
    return filesThatLost;
  }

  /// Writes the table; without attributes there is none.
  ///
  /// @return where its header begins, or -1
  public long write(ImageOutput output) throws IOException {
    if (entries.isEmpty()) {
      return SuperBlock.NO_TABLE;
    }
    pairWriter.flush();
    long pairsStart = output.positionBytes();
    output.write(pairs.toByteArray(), 0, pairs.size());
    LookupTable table = new LookupTable(output, compressor);
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    for (Entry entry : entries) {
      bytes.clear().putLong(entry.reference()).putInt(entry.count()).putInt(entry.size()).flip();
      table.add(bytes);
    }
    ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(pairsStart).putInt(entries.size()).putInt(0);
    return table.finish(header.array());
  }
}
