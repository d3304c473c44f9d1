package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.format.InodeType;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
import dev.skiff.image.squashfs.read.tree.StackedImage.Part;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A directory as it shows from above: that of the topmost image which has it, and what images
/// below add to it.
///
/// @param parts topmost first, one or more
public record StackedDirectory(List<Part> parts) {

  private static final long SEEN_BYTES = 16;

  /// Is given the entries of a directory.
  public interface Receiver {

    /// A file that shows, and is no directory.
    void file(StackedImage image, Entry entry, Cursor in) throws IOException;

    /// A directory that shows. All come after the files, except where only one image has entries.
    void directory(FileName name, StackedDirectory directory, Cursor in) throws IOException;

    /// A file or directory that does not show, because an image above has or deletes the name.
    default void hidden(StackedImage image, Entry entry, Cursor in) throws IOException {}

    /// What reading a directory's inode counts against.
    Budget budget();
  }

  /// What the images above have made of a name.
  private static final class Name {

    private static final Name CLOSED = new Name();

    private final List<Part> parts = new ArrayList<>();
    private boolean open;

    static Name of(Part directory) {
      Name name = new Name();
      name.add(directory);
      return name;
    }

    void add(Part directory) {
      parts.add(directory);
      open = !directory.isOpaque();
    }

    /// Images further down have nothing under the name.
    void close() {
      if (open) { // `CLOSED` is shared by threads
        open = false;
      }
    }
  }

  public StackedDirectory {
    parts = List.copyOf(parts);
  }

  /// The roots of images.
  ///
  /// @param images lowest first
  static StackedDirectory root(List<StackedImage> images, Budget budget) throws IOException {
    List<Part> roots = new ArrayList<>();
    for (StackedImage image : images.reversed()) {
      Part root = image.root(budget);
      if (!(root.inode().node() instanceof Directory)) {
        throw root.place().malformed("root_inode_ref", "it names no directory");
      }
      roots.add(root);
      if (root.isOpaque()) {
        break;
      }
    }
    return new StackedDirectory(roots);
  }

  /// The inode that the directory has its attributes from.
  public Inode inode() {
    return parts.getFirst().inode();
  }

  /// The directory as a tree has it: without marks.
  ///
  /// @throws IllegalStateException if this is a file
  Directory node() {
    if (!(inode().node() instanceof Directory directory)) {
      throw new IllegalStateException("no directory");
    }
    if (parts.getFirst().image().marks() == StackedImage.Marks.OBEYED) {
      directory.setAttributes(OverlayMarks.without(directory.attributes()));
    }
    return directory;
  }

  /// Reads the listings, each once; only names that may hide something below are kept meanwhile.
  ///
  /// @param names what those names count against
  void read(Receiver receiver, Budget names) throws IOException {
    if (parts.size() == 1) {
      readAlone(parts.getFirst(), receiver);
      return;
    }
    EntryTable<Name> seen = new EntryTable<>();
    long spent = 0;
    for (Part part : parts) {
      ListingReader listing = part.listing();
      for (var entry = listing.next(); entry.isPresent(); entry = listing.next()) {
        long kept = SEEN_BYTES + entry.get().name().length();
        names.spend(kept, listing.place());
        spent += kept;
        put(part.image(), entry.get(), seen, listing.place(), receiver);
      }
    }
    seen.sort();
    for (Map.Entry<FileName, Name> name : seen) {
      List<Part> found = name.getValue().parts;
      if (!found.isEmpty()) {
        receiver.directory(name.getKey(), new StackedDirectory(found), found.getFirst().place());
      }
    }
    names.giveBack(spent);
  }

  private static void readAlone(Part part, Receiver receiver) throws IOException {
    StackedImage image = part.image();
    ListingReader listing = part.listing();
    for (var next = listing.next(); next.isPresent(); next = listing.next()) {
      Entry entry = next.get();
      Cursor in = listing.place();
      if (entry.type() == InodeType.DIRECTORY) {
        Part child = directory(image, entry, in, receiver);
        receiver.directory(entry.name(), new StackedDirectory(List.of(child)), in);
      } else if (!image.isWhiteout(entry, receiver.budget(), in)) {
        receiver.file(image, entry, in);
      }
    }
  }

  private static Part directory(StackedImage image, Entry entry, Cursor in, Receiver receiver)
      throws IOException {
    return new Part(image, entry.reference(), image.inode(entry, receiver.budget(), in));
  }

  private static void put(
      StackedImage image, Entry entry, EntryTable<Name> seen, Cursor in, Receiver receiver)
      throws IOException {
    Name above = seen.get(entry.name());
    boolean isDirectory = entry.type() == InodeType.DIRECTORY;
    if (above == null && isDirectory) {
      var _ = seen.put(entry.name(), Name.of(directory(image, entry, in, receiver)));
    } else if (above == null) {
      var _ = seen.put(entry.name(), Name.CLOSED);
      if (!image.isWhiteout(entry, receiver.budget(), in)) {
        receiver.file(image, entry, in);
      }
    } else if (above.open && isDirectory) {
      above.add(directory(image, entry, in, receiver));
    } else {
      above.close();
      receiver.hidden(image, entry, in);
    }
  }

  /// What shows under a name, a file included: that is one part.
  ///
  /// @param passed told of every entry on the way
  Optional<StackedDirectory> child(byte[] name, Passing passed) throws IOException {
    List<Part> found = new ArrayList<>();
    for (Part part : parts) {
      Optional<Part> child = child(part, name, passed);
      if (child.isEmpty()) {
        continue;
      }
      boolean isDirectory = child.get().inode().node() instanceof Directory;
      if (isDirectory || (found.isEmpty() && !child.get().isWhiteout())) {
        found.add(child.get());
      }
      if (!isDirectory || child.get().isOpaque()) {
        break;
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(new StackedDirectory(found));
  }

  /// Is told of each entry that is looked at.
  interface Passing {
    Budget past(Cursor in) throws IOException;
  }

  private static Optional<Part> child(Part parent, byte[] name, Passing passed) throws IOException {
    StackedImage image = parent.image();
    ListingReader listing = parent.listing();
    for (var next = listing.next(); next.isPresent(); next = listing.next()) {
      Budget budget = passed.past(listing.place());
      Entry entry = next.get();
      if (entry.name().hasBytes(name)) {
        Inode inode = image.inode(entry, budget, listing.place());
        return Optional.of(new Part(image, entry.reference(), inode));
      }
    }
    return Optional.empty();
  }
}
