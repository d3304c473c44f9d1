package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.format.InodeType;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.squashfs.read.tree.InodeReader.Inode;
import dev.skiff.image.squashfs.read.tree.ListingReader.Entry;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import java.io.IOException;

/// One of the images that are read one above the other, for one use of it on one thread.
///
/// @param number from 0, the lowest
/// @param marks what its character devices 0:0 and its overlay attributes are taken for
public record StackedImage(
    int number, Marks marks, OpenImage image, InodeReader inodes, StoredSizes sizes) {

  private static final int NUMBER_SHIFT = 48; // a reference has a block of 32 bits, and 16 bits

  /// An image for one use.
  public static StackedImage of(OpenImage image, int number, Marks marks) {
    return new StackedImage(number, marks, image, new InodeReader(image), new StoredSizes(image));
  }

  /// What overlayfs would take for a word to itself.
  public enum Marks {
    /// Files and attributes like any other.
    KEPT,
    /// They say what is hidden of the images below, and show nowhere.
    OBEYED
  }

  /// A directory of this image, or any file of it.
  ///
  /// @param reference of the inode
  public record Part(StackedImage image, long reference, Inode inode) {

    /// Whether images below have nothing in this directory.
    boolean isOpaque() {
      return image.marks == Marks.OBEYED && OverlayMarks.isOpaque(inode.node().attributes());
    }

    /// Whether images below do not have the name that led here.
    boolean isWhiteout() {
      return image.marks == Marks.OBEYED
          && inode.node() instanceof Device device
          && OverlayMarks.isWhiteout(device);
    }

    /// The entries of a directory; of a file there are none.
    ListingReader listing() throws IOException {
      return ListingReader.of(inode, image.image);
    }

    /// Where the inode stands, for errors about it.
    Cursor place() throws IOException {
      return image.image.metadata().at(image.image.inodeTable(), reference);
    }

    /// Tells inodes of all images apart.
    long key() {
      return image.key(reference);
    }
  }

  /// Tells inodes of all images apart.
  ///
  /// @param reference one that was read without an error
  long key(long reference) {
    return (long) number << NUMBER_SHIFT | reference;
  }

  Part root(Budget budget) throws IOException {
    long reference = image.superBlock().rootReference();
    return new Part(this, reference, inodes.read(reference, budget));
  }

  /// The inode of an entry.
  ///
  /// @throws dev.skiff.image.MalformedImageException also if it is of another type
  Inode inode(Entry entry, Budget budget, Cursor where) throws IOException {
    Inode inode = inodes.read(entry.reference(), budget);
    requireType(inode.node(), entry, where);
    return inode;
  }

  static void requireType(FileNode node, Entry entry, Cursor where) throws IOException {
    if (InodeType.of(node) != entry.type()) {
      throw where.malformed(
          "type", "'%s' is of another type than its inode".formatted(entry.name()));
    }
  }

  /// Whether an entry says that images below do not have the name.
  boolean isWhiteout(Entry entry, Budget budget, Cursor where) throws IOException {
    return marks == Marks.OBEYED
        && entry.type() == InodeType.CHARACTER_DEVICE
        && inode(entry, budget, where).node() instanceof Device device
        && OverlayMarks.isWhiteout(device);
  }
}
