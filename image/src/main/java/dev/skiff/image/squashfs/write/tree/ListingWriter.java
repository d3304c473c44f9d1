package dev.skiff.image.squashfs.write.tree;

import dev.skiff.image.squashfs.format.DirectoryListing;
import dev.skiff.image.squashfs.format.DirectoryListing.IndexEntry;
import dev.skiff.image.squashfs.format.MetadataBlock;
import dev.skiff.image.squashfs.write.MetadataWriter;
import dev.skiff.image.tree.FileName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Writes a listing in runs: entries whose inodes stand in one metadata block and whose numbers are
/// near share a header.
final class ListingWriter {

  private static final int MOST_ENTRIES = 256;
  private static final int MOST_INDEX_ENTRIES = 65535;

  private record Entry(FileName name, int number, long reference, int type) {}

  private final MetadataWriter table;
  private final int startBlock;
  private final int startOffset;
  private final List<Entry> run = new ArrayList<>(MOST_ENTRIES);
  private final List<IndexEntry> index = new ArrayList<>();
  private long sizeBytes;
  private long indexedUpTo;

  ListingWriter(MetadataWriter table) {
    this.table = table;
    startBlock = (int) table.blockStartBytes();
    startOffset = table.offsetInBlock();
  }

  /// Adds an entry; names come in their order.
  ///
  /// @param reference of the inode: metadata block and offset
  /// @param type of the inode, in its basic form
  void add(FileName name, int number, long reference, int type) throws IOException {
    Entry entry = new Entry(name, number, reference, type);
    if (!run.isEmpty() && !fits(entry)) {
      writeRun();
    }
    run.add(entry);
  }

  private boolean fits(Entry entry) {
    Entry first = run.getFirst();
    int delta = entry.number() - first.number();
    return run.size() < MOST_ENTRIES
        && delta == (short) delta
        && entry.reference() >>> 16 == first.reference() >>> 16;
  }

  private void writeRun() throws IOException {
    Entry first = run.getFirst();
    if (sizeBytes - indexedUpTo >= MetadataBlock.BYTES && index.size() < MOST_INDEX_ENTRIES) {
      index.add(new IndexEntry((int) sizeBytes, (int) table.blockStartBytes(), first.name()));
      indexedUpTo = sizeBytes;
    }
    ByteBuffer header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(run.size() - 1).putInt((int) (first.reference() >>> 16));
    write(header.putInt(first.number()));
    for (Entry entry : run) {
      byte[] name = entry.name().bytes();
      ByteBuffer bytes = ByteBuffer.allocate(8 + name.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putShort((short) entry.reference());
      bytes.putShort((short) (entry.number() - first.number()));
      bytes.putShort((short) entry.type());
      write(bytes.putShort((short) (name.length - 1)).put(name));
    }
    run.clear();
  }

  private void write(ByteBuffer filled) throws IOException {
    ByteBuffer bytes = filled.flip();
    sizeBytes += bytes.remaining();
    table.write(bytes);
  }

  DirectoryListing finish() throws IOException {
    if (!run.isEmpty()) {
      writeRun();
    }
    return new DirectoryListing(startBlock, startOffset, sizeBytes, List.copyOf(index));
  }
}
