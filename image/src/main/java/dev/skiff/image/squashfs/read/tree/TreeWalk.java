package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
import dev.skiff.image.squashfs.read.tree.StackedImage.Part;
import dev.skiff.image.tree.FileName;
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
public final class TreeWalk implements StackedDirectory.Receiver {

  private static final long KEPT_BYTES = 160;
  private static final long LINK_AND_XATTRS_BYTES = 1L << 20;

  /// A directory to be entered, or, without one, that one is to be left.
  private record Ahead(Optional<StackedDirectory> directory, FileName name) {}

  private final List<StackedImage> images;
  private final TreeVisitor visitor;
  private final Budget budget = Budget.ofThisProcess();
  private final Set<Long> linked = new HashSet<>();
  private final Set<Long> entered = new HashSet<>();
  private final Deque<Ahead> ahead = new ArrayDeque<>();
  private final List<Ahead> below = new ArrayList<>(); // in the directory that is read

  /// @param images lowest first
  public TreeWalk(List<StackedImage> images, TreeVisitor visitor) {
    this.images = images;
    this.visitor = visitor;
  }

  public void run() throws IOException {
    StackedDirectory root = StackedDirectory.root(images, budget());
    enter(root, root.parts().getFirst().place());
    read(root);
    while (!ahead.isEmpty()) {
      Ahead next = ahead.pop();
      if (next.directory().isEmpty()) {
        visitor.leave();
        continue;
      }
      visitor.enter(next.name());
      ahead.push(new Ahead(Optional.empty(), next.name()));
      read(next.directory().get());
    }
  }

  private void read(StackedDirectory here) throws IOException {
    below.clear();
    here.read(this, budget);
    below.reversed().forEach(ahead::push);
  }

  @Override
  public void file(StackedImage image, Entry entry, Cursor in) throws IOException {
    if (linked.contains(image.key(entry.reference()))) {
      return;
    }
    Inode inode = image.inode(entry, budget(), in);
    if (inode.links() > 1) {
      budget.spend(KEPT_BYTES, in);
      linked.add(image.key(entry.reference()));
    }
    if (inode.node() instanceof RegularFile file) {
      visitor.file(entry.name(), file.content().sizeBytes(), image.sizes().of(file.content()));
    } else {
      visitor.file(entry.name(), 0, 0);
    }
  }

  @Override
  public void directory(FileName name, StackedDirectory directory, Cursor in) throws IOException {
    budget.spend(KEPT_BYTES * 2 + name.length(), in);
    enter(directory, in);
    below.add(new Ahead(Optional.of(directory), name));
  }

  private void enter(StackedDirectory directory, Cursor in) throws IOException {
    for (Part part : directory.parts()) {
      if (!entered.add(part.key())) {
        throw in.malformed("inode", "a directory stands in the tree twice");
      }
    }
  }

  /// An inode is not kept.
  @Override
  public Budget budget() {
    return new Budget(LINK_AND_XATTRS_BYTES);
  }
}
