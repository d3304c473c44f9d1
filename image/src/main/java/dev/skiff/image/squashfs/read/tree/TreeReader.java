package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.format.InodeType;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
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
public final class TreeReader {

  private record Unread(Inode inode, EntryTable<FileNode> entries) {}

  private final OpenImage image;
  private final InodeReader inodes;
  private final Budget budget;
  private final Map<Long, FileNode> linked = new HashMap<>();
  private final Set<Long> entered = new HashSet<>();
  private final Deque<Unread> unread = new ArrayDeque<>();

  public TreeReader(OpenImage image, Budget budget) {
    this.image = image;
    this.budget = budget;
    inodes = new InodeReader(image);
  }

  public FileTree read() throws IOException {
    long reference = image.superBlock().rootReference();
    Inode root = inodes.read(reference, budget);
    if (!(root.node() instanceof Directory directory)) {
      throw image
          .metadata()
          .at(image.inodeTable(), reference)
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
    if (here.inode().listingBytes() == 0) {
      return;
    }
    ListingReader listing = ListingReader.of(here.inode(), image);
    for (var entry = listing.next(); entry.isPresent(); entry = listing.next()) {
      put(entry.get(), here.entries(), listing.place());
    }
    here.entries().sort();
  }

  private void put(Entry entry, EntryTable<FileNode> entries, Cursor in) throws IOException {
    FileName name = entry.name();
    budget.spend(Budget.ENTRY_BYTES + name.length(), in);
    FileNode child = child(entry.reference(), in);
    if (InodeType.of(child) != entry.type()) {
      throw in.malformed("type", "'%s' is of another type than its inode".formatted(name));
    }
    if (entries.put(name, child) != null) {
      throw in.malformed("name", "'%s' stands twice in one directory".formatted(name));
    }
  }

  private FileNode child(long reference, Cursor in) throws IOException {
    FileNode known = linked.get(reference);
    if (known != null) {
      return known;
    }
    Inode inode = inodes.read(reference, budget);
    if (inode.node() instanceof Directory) {
      budget.spend(Budget.DIRECTORY_BYTES, in);
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
