package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
import dev.skiff.image.squashfs.read.tree.StackedImage.Part;
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
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads a whole tree, of one image or of several one above the other. Every directory is entered
/// once, so a cycle is an error and the work is bounded by the listings; what is read counts
/// against a budget, so memory is bounded too. Of files that an image above hides, not even the
/// inode is read.
public final class TreeReader implements StackedDirectory.Receiver {

  private final List<StackedImage> images;
  private final Budget budget;
  private final Map<Long, FileNode> linked = new HashMap<>();
  private final Set<Long> entered = new HashSet<>();
  private final Deque<StackedDirectory> unread = new ArrayDeque<>();
  private EntryTable<FileNode> entries = new EntryTable<>(); // of the directory that is read

  /// @param images lowest first
  public TreeReader(List<StackedImage> images, Budget budget) {
    this.images = images;
    this.budget = budget;
  }

  public FileTree read() throws IOException {
    StackedDirectory root = StackedDirectory.root(images, budget());
    Directory directory = enter(root, root.parts().getFirst().place());
    while (!unread.isEmpty()) {
      StackedDirectory here = unread.pop();
      entries = here.inode().entries();
      here.read(this, budget);
      entries.sort();
    }
    return new FileTree(directory);
  }

  @Override
  public Budget budget() {
    return budget;
  }

  @Override
  public void file(StackedImage image, Entry entry, Cursor in) throws IOException {
    budget.spend(Budget.ENTRY_BYTES + entry.name().length(), in);
    long key = image.key(entry.reference());
    FileNode known = linked.get(key);
    if (known == null) {
      Inode inode = image.inode(entry, budget, in);
      known = inode.node();
      if (inode.links() > 1) {
        linked.put(key, known);
      }
    } else {
      StackedImage.requireType(known, entry, in);
    }
    put(entry.name(), known, in);
  }

  @Override
  public void directory(FileName name, StackedDirectory directory, Cursor in) throws IOException {
    budget.spend(Budget.ENTRY_BYTES + name.length() + Budget.DIRECTORY_BYTES, in);
    put(name, enter(directory, in), in);
  }

  private Directory enter(StackedDirectory directory, Cursor in) throws IOException {
    for (Part part : directory.parts()) {
      if (!entered.add(part.key())) {
        throw in.malformed("inode", "a directory stands in the tree twice");
      }
    }
    unread.push(directory);
    return directory.node();
  }

  private void put(FileName name, FileNode node, Cursor in) throws IOException {
    if (entries.put(name, node) != null) {
      throw in.malformed("name", "'%s' stands twice in one directory".formatted(name));
    }
  }
}
