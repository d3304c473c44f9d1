package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.TreeVisitor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Walks a tree without keeping it: memory is taken by directories and files with several names
/// only, and that counts against a budget.
public final class TreeWalk {

  private static final long KEPT_BYTES = 160;
  private static final long LINK_AND_XATTRS_BYTES = 1L << 20;

  /// A directory to be entered, or, without an inode, one to be left.
  private record Ahead(Optional<Inode> directory, FileName name) {}

  private final OpenImage image;
  private final InodeReader inodes;
  private final StoredSizes sizes;
  private final Budget budget = Budget.ofThisProcess();
  private final Set<Long> linked = new HashSet<>();
  private final Set<Long> entered = new HashSet<>();
  private final Deque<Ahead> ahead = new ArrayDeque<>();

  public TreeWalk(OpenImage image) {
    this.image = image;
    inodes = new InodeReader(image);
    sizes = new StoredSizes(image);
  }

  public void run(TreeVisitor visitor) throws IOException {
    long reference = image.superBlock().rootReference();
    entered.add(reference);
    readListing(inode(reference), visitor);
    while (!ahead.isEmpty()) {
      Ahead next = ahead.pop();
      if (next.directory().isEmpty()) {
        visitor.leave();
        continue;
      }
      visitor.enter(next.name());
      ahead.push(new Ahead(Optional.empty(), next.name()));
      readListing(next.directory().get(), visitor);
    }
  }

  private void readListing(Inode here, TreeVisitor visitor) throws IOException {
    if (here.listingBytes() == 0) {
      return;
    }
    List<Ahead> below = new ArrayList<>();
    ListingReader listing = ListingReader.of(here, image);
    for (var entry = listing.next(); entry.isPresent(); entry = listing.next()) {
      visit(entry.get(), listing.place(), visitor).ifPresent(below::add);
    }
    below.reversed().forEach(ahead::push);
  }

  /// The entry's directory, if it is one.
  private Optional<Ahead> visit(Entry entry, Cursor in, TreeVisitor visitor) throws IOException {
    if (linked.contains(entry.reference())) {
      return Optional.empty();
    }
    Inode inode = inode(entry.reference());
    if (inode.node() instanceof Directory) {
      budget.spend(KEPT_BYTES * 2 + entry.name().length(), in);
      if (!entered.add(entry.reference())) {
        throw in.malformed("inode", "a directory stands in the tree twice");
      }
      return Optional.of(new Ahead(Optional.of(inode), entry.name()));
    }
    if (inode.links() > 1) {
      budget.spend(KEPT_BYTES, in);
      linked.add(entry.reference());
    }
    if (inode.node() instanceof RegularFile file) {
      visitor.file(entry.name(), file.content().sizeBytes(), sizes.of(file.content()));
    } else {
      visitor.file(entry.name(), 0, 0);
    }
    return Optional.empty();
  }

  private Inode inode(long reference) throws IOException {
    return inodes.read(reference, new Budget(LINK_AND_XATTRS_BYTES));
  }
}
