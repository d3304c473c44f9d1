package dev.skiff.image.squashfs.read;

import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.format.Xattrs;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.MetadataReader.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads sets of extended attributes; files that share a set share its values.
public final class XattrReader {

  private static final int OUT_OF_LINE = 0x100;
  private static final int MOST_PER_FILE = 4096;
  private static final int HEADER_BYTES = 16;

  private final MetadataReader metadata;
  private final LookupReader lookup;
  private final long headerBytes;
  private final long count;
  private final Table ids;
  private final Table pairs;
  private final Map<Integer, SortedMap<String, byte[]>> known = new HashMap<>();

  private XattrReader(
      MetadataReader metadata, LookupReader lookup, long headerBytes, long pairsStart, long count) {
    this.metadata = metadata;
    this.lookup = lookup;
    this.headerBytes = headerBytes;
    this.count = count;
    ids = new Table("xattr_id_table", SuperBlock.BYTES, headerBytes);
    pairs = new Table("xattr_table", pairsStart, headerBytes);
  }

  static XattrReader open(
      BlockReader image, MetadataReader metadata, LookupReader lookup, SuperBlock superBlock)
      throws IOException {
    long header = superBlock.tables().xattrs();
    if (header == SuperBlock.NO_TABLE) {
      return new XattrReader(metadata, lookup, 0, 0, 0);
    }
    ByteBuffer in = image.bytes(header, HEADER_BYTES, "xattr_id_table");
    long pairsStart = in.getLong();
    if (pairsStart < SuperBlock.BYTES || pairsStart > header) {
      throw image.malformed(header, "xattr_table_start", "it names byte " + pairsStart);
    }
    long count = Integer.toUnsignedLong(in.getInt());
    return new XattrReader(metadata, lookup, header, pairsStart, count);
  }

  /// The set of a number that an inode names.
  public synchronized SortedMap<String, byte[]> read(int number, Budget budget, Cursor inode)
      throws IOException {
    if (number == Xattrs.NONE || headerBytes == 0) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, byte[]> set = known.get(number);
    if (set == null) {
      set = readSet(number, budget);
      known.put(number, set);
    }
    budget.spend((long) set.size() * Budget.XATTR_BYTES, inode);
    return set;
  }

  private SortedMap<String, byte[]> readSet(int number, Budget budget) throws IOException {
    long index = Integer.toUnsignedLong(number);
    Cursor id = lookup.find(ids, headerBytes + HEADER_BYTES, Math.min(index, count), 16);
    if (index >= count) {
      throw id.malformed("xattr_index", "%d of %d".formatted(index, count));
    }
    long reference = id.u63("xattr_ref");
    long pairCount = id.u32();
    if (pairCount > MOST_PER_FILE) {
      throw id.malformed("count", "%d, wanted %d at most".formatted(pairCount, MOST_PER_FILE));
    }
    Cursor in = metadata.at(pairs, reference);
    SortedMap<String, byte[]> set = new TreeMap<>();
    for (long i = 0; i < pairCount; i++) {
      readPair(in, set, budget);
    }
    return set;
  }

  private void readPair(Cursor in, SortedMap<String, byte[]> set, Budget budget)
      throws IOException {
    int type = in.u16();
    int nameLength = in.u16();
    if (nameLength > 255) {
      throw in.malformed("name_size", nameLength + ", wanted 255 at most");
    }
    budget.spend(Budget.XATTR_BYTES + 2L * nameLength, in);
    String name = new String(in.bytes(nameLength), StandardCharsets.UTF_8);
    byte[] value = value(in, budget);
    if ((type & OUT_OF_LINE) != 0) {
      if (value.length != 8) {
        throw in.malformed("value_size", value.length + ", wanted 8 for a reference");
      }
      long reference = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
      value = value(metadata.at(pairs, reference), budget);
    }
    int prefix = type & ~OUT_OF_LINE;
    if (prefix < Xattrs.PREFIXES.size()) {
      set.put(Xattrs.PREFIXES.get(prefix) + name, value);
    }
  }

  private static byte[] value(Cursor in, Budget budget) throws IOException {
    long length = in.u32();
    if (length > Xattrs.LONGEST_VALUE_BYTES) {
      throw in.malformed("value_size", length + ", wanted 65536 at most");
    }
    budget.spend(length, in);
    return in.bytes((int) length);
  }
}
