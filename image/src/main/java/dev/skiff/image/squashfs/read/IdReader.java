package dev.skiff.image.squashfs.read;

import dev.skiff.image.squashfs.format.MetadataBlock;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.MetadataReader.Table;
import java.io.IOException;

/// The user and group ids of an image, read when it is opened: at most 256 KiB.
public final class IdReader {

  private final int[] ids;

  private IdReader(int[] ids) {
    this.ids = ids;
  }

  static IdReader read(LookupReader lookup, SuperBlock superBlock) throws IOException {
    int[] ids = new int[superBlock.idCount()];
    Table table = new Table("id_table", SuperBlock.BYTES, superBlock.tables().ids());
    for (int start = 0; start < ids.length; start += MetadataBlock.BYTES / 4) {
      Cursor in = lookup.find(table, superBlock.tables().ids(), start, 4);
      int end = Math.min(ids.length, start + MetadataBlock.BYTES / 4);
      for (int i = start; i < end; i++) {
        ids[i] = in.i32();
      }
    }
    return new IdReader(ids);
  }

  public long id(int index, Cursor where) throws IOException {
    if (index >= ids.length) {
      throw where.malformed("id_index", "%d of %d".formatted(index, ids.length));
    }
    return Integer.toUnsignedLong(ids[index]);
  }
}
