package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
import dev.skiff.image.squashfs.read.tree.StackedImage.Part;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds one path by reading the listings of the directories on the way and nothing else. Memory
/// does not grow with the image, and work is bounded: a listing made to be endless is refused.
public final class PathLookup {

  private static final int MOST_LINKS = 40; // the kernel's own limit
  private static final int MOST_NAMES = 4096; // more do not fit into PATH_MAX
  private static final long MOST_ENTRIES = 20_000_000;
  private static final int MOST_LISTED = 100_000;
  private static final long LINK_AND_XATTRS_BYTES = 1L << 20;

  private final List<StackedImage> images;
  private long entriesLeft = MOST_ENTRIES;

  /// @param images lowest first
  public PathLookup(List<StackedImage> images) {
    this.images = images;
  }

  /// What shows at a path: of a directory all its parts, of a file one.
  ///
  /// @param followsLinks whether links are followed; those on the way too
  public Optional<StackedDirectory> find(String path, boolean followsLinks) throws IOException {
    Deque<String> ahead = new ArrayDeque<>(names(path));
    Deque<StackedDirectory> above = new ArrayDeque<>();
    above.push(StackedDirectory.root(images, new Budget(LINK_AND_XATTRS_BYTES)));
    int followed = 0;
    int walked = 0;
    while (!ahead.isEmpty()) {
      String name = ahead.removeFirst();
      if (++walked > MOST_NAMES) {
        return Optional.empty();
      }
      if (name.equals("..")) {
        if (above.size() > 1) {
          StackedDirectory _ = above.pop();
        }
        continue;
      }
      byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
      Optional<StackedDirectory> found = above.element().child(wanted, this::pass);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      if (followsLinks && found.get().inode().node() instanceof Symlink link) {
        if (++followed > MOST_LINKS) {
          return Optional.empty();
        }
        String target = new String(link.target(), StandardCharsets.UTF_8);
        if (target.startsWith("/")) {
          while (above.size() > 1) {
            StackedDirectory _ = above.pop();
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

  /// The names in a directory, in the order of the images, the topmost first.
  public List<FileName> list(StackedDirectory directory) throws IOException {
    List<FileName> names = new ArrayList<>();
    Set<FileName> seen = new HashSet<>();
    for (Part part : directory.parts()) {
      ListingReader listing = part.listing();
      for (var next = listing.next(); next.isPresent(); next = listing.next()) {
        Entry entry = next.get();
        Budget budget = pass(listing.place());
        boolean fresh = directory.parts().size() == 1 || seen.add(entry.name());
        if (fresh && !part.image().isWhiteout(entry, budget, listing.place())) {
          names.add(entry.name());
        }
        if (Math.max(names.size(), seen.size()) > MOST_LISTED) {
          throw listing
              .place()
              .malformed("listing", "more than %d names, too many to show".formatted(MOST_LISTED));
        }
      }
    }
    return names;
  }

  private Budget pass(Cursor where) throws IOException {
    entriesLeft--;
    if (entriesLeft < 0) {
      throw where.malformed(
          "listing", "looking up one path passes %d names".formatted(MOST_ENTRIES));
    }
    return new Budget(LINK_AND_XATTRS_BYTES);
  }
}
