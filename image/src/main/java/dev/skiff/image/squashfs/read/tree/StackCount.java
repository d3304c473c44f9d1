package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.format.InodeType;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
import dev.skiff.image.squashfs.read.tree.StackedImage.Part;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Counts what each of several images holds, and how much of it shows from above. Nothing is kept
/// but files of several names, and directories.
public final class StackCount implements StackedDirectory.Receiver {

  private static final long KEPT_BYTES = 160;
  private static final long LINK_AND_XATTRS_BYTES = 1L << 20;

  /// What one of the images holds, as `LayerStack` tells it.
  public record Count(long bytes, long files, long visibleFiles, long visibleBytes) {}

  /// One image, while it is counted.
  private static final class Tally {
    private final Set<Long> linked = new HashSet<>();
    private final Set<Long> visibleLinked = new HashSet<>();
    private long bytes;
    private long files;
    private long visibleFiles;
    private long visibleBytes;
  }

  private final List<StackedImage> images;
  private final List<Tally> tallies = new ArrayList<>();
  private final Budget budget = Budget.ofThisProcess();
  private final Set<Long> entered = new HashSet<>();
  private final Deque<StackedDirectory> visible = new ArrayDeque<>();
  private final Deque<Part> hidden = new ArrayDeque<>();

  /// @param images lowest first
  public StackCount(List<StackedImage> images) {
    this.images = images;
    images.forEach(_ -> tallies.add(new Tally()));
  }

  /// The counts, lowest image first.
  public List<Count> run() throws IOException {
    StackedDirectory root = StackedDirectory.root(images, budget());
    visible.push(root);
    for (StackedImage image : images) {
      boolean shows = root.parts().stream().anyMatch(part -> part.image().equals(image));
      if (!shows) {
        hidden.push(image.root(budget()));
      }
    }
    while (!visible.isEmpty()) {
      StackedDirectory here = visible.pop();
      for (Part part : here.parts()) {
        enter(part, part.place());
      }
      here.read(this, budget);
    }
    while (!hidden.isEmpty()) {
      readHidden(hidden.pop());
    }
    return tallies.stream()
        .map(t -> new Count(t.bytes, t.files, t.visibleFiles, t.visibleBytes))
        .toList();
  }

  private void enter(Part part, Cursor in) throws IOException {
    budget.spend(KEPT_BYTES * 2, in);
    if (!entered.add(part.key())) {
      throw in.malformed("inode", "a directory stands in the tree twice");
    }
  }

  private void readHidden(Part part) throws IOException {
    enter(part, part.place());
    ListingReader listing = part.listing();
    for (var entry = listing.next(); entry.isPresent(); entry = listing.next()) {
      hidden(part.image(), entry.get(), listing.place());
    }
  }

  @Override
  public void file(StackedImage image, Entry entry, Cursor in) throws IOException {
    Inode inode = count(image, entry, in);
    Tally tally = tallies.get(image.number());
    if (inode.links() <= 1 || tally.visibleLinked.add(entry.reference())) {
      tally.visibleFiles++;
      tally.visibleBytes += bytes(inode);
    }
  }

  @Override
  public void directory(FileName name, StackedDirectory directory, Cursor in) {
    visible.push(directory);
  }

  @Override
  public void hidden(StackedImage image, Entry entry, Cursor in) throws IOException {
    if (entry.type() == InodeType.DIRECTORY) {
      hidden.push(new Part(image, entry.reference(), image.inode(entry, budget(), in)));
    } else if (!image.isWhiteout(entry, budget(), in)) {
      Inode _ = count(image, entry, in);
    }
  }

  private Inode count(StackedImage image, Entry entry, Cursor in) throws IOException {
    Inode inode = image.inode(entry, budget(), in);
    Tally tally = tallies.get(image.number());
    tally.files++;
    if (inode.links() > 1) {
      budget.spend(KEPT_BYTES, in);
    }
    if (inode.links() <= 1 || tally.linked.add(entry.reference())) {
      tally.bytes += bytes(inode);
    }
    return inode;
  }

  private static long bytes(Inode inode) {
    return inode.node() instanceof RegularFile file ? file.content().sizeBytes() : 0;
  }

  /// An inode is not kept.
  @Override
  public Budget budget() {
    return new Budget(LINK_AND_XATTRS_BYTES);
  }
}
