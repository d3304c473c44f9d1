package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.MetadataReader.Table;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.tree.FileName;
import java.io.IOException;
import java.util.Optional;

/// Reads the entries of one directory, one at a time and in their order, holding none of them.
public final class ListingReader {

  /// One name in a directory.
  ///
  /// @param reference of the inode
  /// @param type of the inode, basic
  public record Entry(FileName name, long reference, int type) {}

  private static final int MOST_IN_RUN = 256;
  private static final int HEADER_BYTES = 12;
  private static final int ENTRY_BYTES = 8;

  private final Cursor in;
  private long bytesLeft;
  private long entriesLeftInRun;
  private long inodeBlock;

  private ListingReader(Cursor in, long bytesLeft) {
    this.in = in;
    this.bytesLeft = bytesLeft;
  }

  /// Begins with the first entry.
  ///
  /// @param directory an inode; any but a directory's has no entries
  static ListingReader of(Inode directory, OpenImage image) throws IOException {
    SuperBlock superBlock = image.superBlock();
    if (directory.listingBytes() == 0) { // there may be no directory table
      Cursor nowhere = image.metadata().at(image.inodeTable(), superBlock.rootReference());
      return new ListingReader(nowhere, 0);
    }
    Table listings =
        new Table("directory_table", superBlock.tables().directories(), superBlock.bytesUsed());
    return new ListingReader(
        image.metadata().at(listings, directory.listingReference()), directory.listingBytes());
  }

  /// Where the last entry stood, for errors about it.
  Cursor place() {
    return in;
  }

  /// The next entry, or nothing behind the last.
  Optional<Entry> next() throws IOException {
    if (entriesLeftInRun == 0) {
      if (bytesLeft <= 0) {
        return Optional.empty();
      }
      beginRun();
    }
    entriesLeftInRun--;
    int offset = in.u16();
    var _ = in.u16(); // the difference of inode numbers
    int type = in.u16();
    int length = in.u16() + 1;
    if (length > 255) {
      throw in.malformed("name_size", length + ", wanted 255 at most");
    }
    FileName name = name(in.bytes(length));
    spend(ENTRY_BYTES + length);
    return Optional.of(new Entry(name, (inodeBlock << 16) | offset, type));
  }

  private void beginRun() throws IOException {
    entriesLeftInRun = in.u32() + 1;
    inodeBlock = in.u32();
    var _ = in.u32(); // inode number: the inode says it again
    spend(HEADER_BYTES);
    if (entriesLeftInRun > MOST_IN_RUN) {
      throw in.malformed("count", "%d, wanted %d at most".formatted(entriesLeftInRun, MOST_IN_RUN));
    }
  }

  private void spend(int count) throws IOException {
    bytesLeft -= count;
    if (bytesLeft < 0) {
      throw in.malformed("size", "a listing is longer than its inode says");
    }
  }

  private FileName name(byte[] bytes) throws IOException {
    try {
      return FileName.of(bytes);
    } catch (IllegalArgumentException e) {
      throw (IOException) in.malformed("name", String.valueOf(e.getMessage())).initCause(e);
    }
  }
}
