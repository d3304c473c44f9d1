package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.InodeReader.Inode;
import dev.skiff.image.squashfs.MetadataReader.Cursor;
import dev.skiff.image.squashfs.MetadataReader.Table;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Reads a whole tree. Every directory is entered once, so a cycle is an error and the work is
/// bounded by the listings; what is read counts against a budget, so memory is bounded too.
final class TreeReader {

  private static final int MOST_IN_RUN = 256;

  private record Unread(Inode inode, EntryTable<FileNode> entries) {}

  private final MetadataReader metadata;
  private final InodeReader inodes;
  private final SuperBlock superBlock;
  private final Table listings;
  private final Budget budget;
  private final Map<Long, FileNode> linked = new HashMap<>();
  private final Set<Long> entered = new HashSet<>();
  private final Deque<Unread> unread = new ArrayDeque<>();

  TreeReader(MetadataReader metadata, InodeReader inodes, SuperBlock superBlock, Budget budget) {
    this.metadata = metadata;
    this.inodes = inodes;
    this.superBlock = superBlock;
    this.budget = budget;
    listings =
        new Table("directory_table", superBlock.tables().directories(), superBlock.bytesUsed());
  }

  FileTree read() throws IOException {
    long reference = superBlock.rootReference();
    Inode root = inodes.read(reference, budget);
    if (!(root.node() instanceof Directory directory)) {
      throw metadata
          .at(InodeReader.tableOf(superBlock), reference)
          .malformed("root_inode_ref", "it names no directory");
    }
    entered.add(reference);
    unread.push(new Unread(root, root.entries()));
    while (!unread.isEmpty()) {
      readListing(unread.pop());
    }
    return new FileTree(directory);
  }

  private void readListing(Unread here) throws IOException {
    long left = here.inode().listingBytes();
    if (left == 0) {
      return;
    }
    Cursor in = metadata.at(listings, here.inode().listingReference());
    while (left > 0) {
      long count = in.u32() + 1;
      long inodeBlock = in.u32();
      var _ = in.u32(); // inode number: the inode says it again
      left -= 12;
      if (count > MOST_IN_RUN) {
        throw in.malformed("count", "%d, wanted %d at most".formatted(count, MOST_IN_RUN));
      }
      for (long i = 0; i < count; i++) {
        left -= readEntry(here.entries(), inodeBlock, in);
      }
      if (left < 0) {
        throw in.malformed("size", "a listing is longer than its inode says");
      }
    }
    here.entries().sort();
  }

  private int readEntry(EntryTable<FileNode> entries, long inodeBlock, Cursor in)
      throws IOException {
    int offset = in.u16();
    var _ = in.u16(); // the difference of inode numbers
    int type = in.u16();
    int length = in.u16() + 1;
    if (length > 255) {
      throw in.malformed("name_size", length + ", wanted 255 at most");
    }
    FileName name = name(in.bytes(length), in);
    budget.spend(Budget.ENTRY_BYTES + length, in);
    FileNode child = child((inodeBlock << 16) | offset, in);
    if (InodeEncoder.basicType(child) != type) {
      throw in.malformed("type", "'%s' is of another type than its inode".formatted(name));
    }
    if (entries.put(name, child) != null) {
      throw in.malformed("name", "'%s' stands twice in one directory".formatted(name));
    }
    return 8 + length;
  }

  private static FileName name(byte[] bytes, Cursor in) throws IOException {
    try {
      return FileName.of(bytes);
    } catch (IllegalArgumentException e) {
      throw (IOException) in.malformed("name", String.valueOf(e.getMessage())).initCause(e);
    }
  }

  private FileNode child(long reference, Cursor in) throws IOException {
    FileNode known = linked.get(reference);
    if (known != null) {
      return known;
    }
    Inode inode = inodes.read(reference, budget);
    if (inode.node() instanceof Directory) {
      if (!entered.add(reference)) {
        throw in.malformed("inode", "a directory stands in the tree twice");
      }
      unread.push(new Unread(inode, inode.entries()));
    } else if (inode.links() > 1) {
      linked.put(reference, inode.node());
    }
    return inode.node();
  }
}
