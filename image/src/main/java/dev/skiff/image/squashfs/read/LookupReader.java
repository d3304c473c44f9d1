package dev.skiff.image.squashfs.read;

import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.MetadataBlock;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.MetadataReader.Table;
import java.io.IOException;

/// Finds entries of a table that has an index: one 64-bit offset for each metadata block.
final class LookupReader {

  private final BlockReader image;
  private final MetadataReader metadata;

  LookupReader(BlockReader image, MetadataReader metadata) {
    this.image = image;
    this.metadata = metadata;
  }

  /// Begins to read at an entry.
  ///
  /// @param table where its metadata blocks may stand
  /// @param indexStartBytes where the index begins
  /// @param number of the entry, already checked
  /// @param entryBytes divides 8 KiB
  Cursor find(Table table, long indexStartBytes, long number, int entryBytes) throws IOException {
    int perBlock = MetadataBlock.BYTES / entryBytes;
    long slot = indexStartBytes + number / perBlock * 8;
    long block = image.bytes(slot, 8, table.name() + ".index").getLong();
    if (block < table.startBytes() || block >= table.endBytes()) {
      throw image.malformed(slot, table.name() + ".index", "it names byte " + block);
    }
    long reference = ((block - table.startBytes()) << 16) | (number % perBlock * entryBytes);
    return metadata.at(table, reference);
  }
}
