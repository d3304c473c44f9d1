package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.format.InodeType;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Finds one path by reading the listings of the directories on the way and nothing else. Memory
/// does not grow with the image, and work is bounded: a listing made to be endless is refused.
public final class PathLookup {

  private static final int MOST_LINKS = 40; // the kernel's own limit
  private static final int MOST_NAMES = 4096; // more do not fit into PATH_MAX
  private static final long MOST_ENTRIES = 20_000_000;
  private static final int MOST_LISTED = 100_000;
  private static final long LINK_AND_XATTRS_BYTES = 1L << 20;

  private final OpenImage image;
  private final InodeReader inodes;
  private long entriesLeft = MOST_ENTRIES;

  public PathLookup(OpenImage image) {
    this.image = image;
    inodes = new InodeReader(image);
  }

  /// The file at a path. A directory comes without its children: `names` has them.
  ///
  /// @param followsLinks whether links are followed; those on the way too
  public Optional<FileNode> node(String path, boolean followsLinks) throws IOException {
    return find(path, followsLinks).map(Inode::node);
  }

  /// The names in a directory, in the image's order; none if no directory is there.
  public List<FileName> names(String path, boolean followsLinks) throws IOException {
    Optional<Inode> found = find(path, followsLinks);
    return found.isEmpty() || found.get().listingBytes() == 0 ? List.of() : list(found.get());
  }

  private Optional<Inode> find(String path, boolean followsLinks) throws IOException {
    Deque<String> ahead = new ArrayDeque<>(names(path));
    Deque<Inode> above = new ArrayDeque<>(List.of(inode(image.superBlock().rootReference())));
    int followed = 0;
    int walked = 0;
    while (!ahead.isEmpty()) {
      String name = ahead.removeFirst();
      if (++walked > MOST_NAMES) {
        return Optional.empty();
      }
      if (name.equals("..")) {
        if (above.size() > 1) {
          Inode _ = above.pop();
        }
        continue;
      }
      Optional<Inode> found = child(above.element(), name);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      if (followsLinks && found.get().node() instanceof Symlink link) {
        if (++followed > MOST_LINKS) {
          return Optional.empty();
        }
        String target = new String(link.target(), StandardCharsets.UTF_8);
        if (target.startsWith("/")) {
          while (above.size() > 1) {
            Inode _ = above.pop();
          }
        }
        names(target).reversed().forEach(ahead::addFirst);
      } else {
        above.push(found.get());
      }
    }
    return Optional.of(above.element());
  }

  private static List<String> names(String path) {
    return Arrays.stream(path.split("/", -1))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }

  private List<FileName> list(Inode directory) throws IOException {
    List<FileName> names = new ArrayList<>();
    ListingReader listing = ListingReader.of(directory, image);
    for (var entry = listing.next(); entry.isPresent(); entry = listing.next()) {
      names.add(entry.get().name());
      if (names.size() > MOST_LISTED) {
        throw listing
            .place()
            .malformed("listing", "more than %d names, too many to show".formatted(MOST_LISTED));
      }
    }
    return names;
  }

  private Optional<Inode> child(Inode parent, String name) throws IOException {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    if (!(parent.node() instanceof Directory) || parent.listingBytes() == 0) {
      return Optional.empty();
    }
    ListingReader listing = ListingReader.of(parent, image);
    for (var entry = listing.next(); entry.isPresent(); entry = listing.next()) {
      spend(listing.place());
      if (entry.get().name().hasBytes(wanted)) {
        return Optional.of(inode(entry.get(), listing.place()));
      }
    }
    return Optional.empty();
  }

  private void spend(Cursor where) throws IOException {
    entriesLeft--;
    if (entriesLeft < 0) {
      throw where.malformed(
          "listing", "looking up one path passes %d names".formatted(MOST_ENTRIES));
    }
  }

  private Inode inode(Entry entry, Cursor where) throws IOException {
    Inode inode = inode(entry.reference());
    if (InodeType.of(inode.node()) != entry.type()) {
      throw where.malformed(
          "type", "'%s' is of another type than its inode".formatted(entry.name()));
    }
    return inode;
  }

  private Inode inode(long reference) throws IOException {
    return inodes.read(reference, new Budget(LINK_AND_XATTRS_BYTES));
  }
}
