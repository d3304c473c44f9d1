package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.format.DirectoryListing;
import dev.skiff.image.squashfs.format.Extent;
import dev.skiff.image.squashfs.format.InodeType;
import dev.skiff.image.squashfs.format.MetadataBlock;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.IdReader;
import dev.skiff.image.squashfs.read.ImageFile;
import dev.skiff.image.squashfs.read.MetadataReader;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.MetadataReader.Table;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.squashfs.read.XattrReader;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.AttributesPool;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.util.SortedMap;

/// Reads the inodes of one tree, checking each field where it is read.
public final class InodeReader {

  /// What an inode says.
  ///
  /// @param links how many names it claims to have
  /// @param listingReference where a directory's entries begin in the directory table
  /// @param listingBytes how long they are; 0 for anything but a directory
  /// @param entries of a directory, to be filled
  public record Inode(
      FileNode node,
      long links,
      long listingReference,
      long listingBytes,
      EntryTable<FileNode> entries) {}

  private static final EntryTable<FileNode> NO_ENTRIES = new EntryTable<>();

  /// The fields that every inode begins with.
  private record Header(int type, int permissions, long uid, long gid, long mtimeSeconds) {}

  private static final int LONGEST_TARGET = 65535;

  private final MetadataReader metadata;
  private final Table table;
  private final SuperBlock superBlock;
  private final IdReader ids;
  private final XattrReader xattrs;
  private final OpenImage image;
  private final AttributesPool pool = new AttributesPool();

  /// One for each use: it remembers things, for one thread.
  InodeReader(OpenImage image) {
    this.image = image;
    metadata = image.metadata();
    superBlock = image.superBlock();
    ids = image.ids();
    xattrs = image.xattrs();
    table = image.inodeTable();
  }

  Inode read(long reference, Budget budget) throws IOException {
    Cursor in = metadata.at(table, reference);
    int type = in.u16();
    int permissions = in.u16() & 07777;
    long uid = ids.id(in.u16(), in);
    long gid = ids.id(in.u16(), in);
    Header common = new Header(type, permissions, uid, gid, in.u32());
    long number = in.u32();
    if (number == 0 || number > Integer.toUnsignedLong(superBlock.inodeCount())) {
      throw in.malformed(
          "inode_number",
          "%d of %d".formatted(number, Integer.toUnsignedLong(superBlock.inodeCount())));
    }
    return switch (type) {
      case InodeType.DIRECTORY -> basicDirectory(common, in, budget);
      case InodeType.DIRECTORY + InodeType.EXTENDED -> extendedDirectory(common, in, budget);
      case InodeType.FILE -> basicFile(common, in, budget);
      case InodeType.FILE + InodeType.EXTENDED -> extendedFile(common, in, budget);
      default -> other(common, in, budget);
    };
  }

  private static Attributes attributes(Header common, SortedMap<String, byte[]> xattrs) {
    return new Attributes(
        common.permissions(), common.uid(), common.gid(), common.mtimeSeconds(), xattrs);
  }

  private Attributes plain(Header common, Budget budget, Cursor in) throws IOException {
    long different = pool.differentCount();
    Attributes attributes =
        pool.shared(
            Attributes.of(common.permissions(), common.uid(), common.gid(), common.mtimeSeconds()));
    budget.spend((pool.differentCount() - different) * Budget.ATTRIBUTES_BYTES, in);
    return attributes;
  }

  private Inode basicDirectory(Header common, Cursor in, Budget budget) throws IOException {
    long block = in.u32();
    long links = in.u32();
    int size = in.u16();
    int offset = in.u16();
    return directory(plain(common, budget, in), links, (block << 16) | offset, size);
  }

  private Inode extendedDirectory(Header common, Cursor in, Budget budget) throws IOException {
    long links = in.u32();
    long size = in.u32();
    long block = in.u32();
    var _ = in.u32(); // the parent: known from the way here
    var _ = in.u16(); // the index: only for looking up single names
    int offset = in.u16();
    SortedMap<String, byte[]> attributes = xattrs.read(in.i32(), budget, in);
    return directory(attributes(common, attributes), links, (block << 16) | offset, size);
  }

  private static Inode directory(Attributes attributes, long links, long reference, long size) {
    long listing = Math.max(0, size - DirectoryListing.DOTS_BYTES);
    EntryTable<FileNode> entries = new EntryTable<>();
    return new Inode(new Directory(attributes, entries), links, reference, listing, entries);
  }

  private Inode basicFile(Header common, Cursor in, Budget budget) throws IOException {
    long start = in.u32();
    int fragment = in.i32();
    int fragmentOffset = in.i32();
    Extent extent = new Extent(in.u32(), start, fragment, fragmentOffset);
    return file(plain(common, budget, in), 1, extent, in);
  }

  private Inode extendedFile(Header common, Cursor in, Budget budget) throws IOException {
    long start = in.u63("blocks_start");
    long size = in.u63("file_size");
    var _ = in.bytes(8); // how much of it is sparse: follows from the block sizes
    long links = in.u32();
    Extent extent = new Extent(size, start, in.i32(), in.i32());
    SortedMap<String, byte[]> attributes = xattrs.read(in.i32(), budget, in);
    return file(attributes(common, attributes), links, extent, in);
  }

  private Inode file(Attributes attributes, long links, Extent extent, Cursor in)
      throws IOException {
    long sizesReference = in.reference();
    long mostBlocks = ((table.endBytes() - table.startBytes()) / 3 + 1) * (MetadataBlock.BYTES / 4);
    if (extent.blockCount(superBlock.blockSizeBytes()) > mostBlocks) {
      throw in.malformed("file_size", extent.sizeBytes() + ": no room for as many block sizes");
    }
    return new Inode(
        new RegularFile(attributes, new ImageFile(image, extent, sizesReference)),
        links,
        0,
        0,
        NO_ENTRIES);
  }

  private Inode other(Header common, Cursor in, Budget budget) throws IOException {
    boolean extended = common.type() > InodeType.EXTENDED;
    int basicType = extended ? common.type() - InodeType.EXTENDED : common.type();
    if (basicType < InodeType.SYMLINK || basicType > InodeType.SOCKET) {
      throw in.malformed("inode_type", "%d, wanted 1 to 14".formatted(common.type()));
    }
    long links = in.u32();
    byte[] target = {};
    int device = 0;
    if (basicType == InodeType.SYMLINK) {
      long length = in.u32();
      if (length == 0 || length > LONGEST_TARGET) {
        throw in.malformed("target_size", "%d, wanted 1 to 65535".formatted(length));
      }
      budget.spend(length, in);
      target = in.bytes((int) length);
      for (byte b : target) {
        if (b == 0) {
          throw in.malformed("target", "it holds a NUL");
        }
      }
    } else if (basicType <= InodeType.CHARACTER_DEVICE) {
      device = in.i32();
    }
    Attributes attributes =
        extended
            ? attributes(common, xattrs.read(in.i32(), budget, in))
            : plain(common, budget, in);
    FileNode node =
        switch (basicType) {
          case InodeType.SYMLINK -> new Symlink(attributes, target);
          case InodeType.BLOCK_DEVICE -> device(attributes, Device.Kind.BLOCK, device);
          case InodeType.CHARACTER_DEVICE -> device(attributes, Device.Kind.CHARACTER, device);
          case InodeType.FIFO -> new Fifo(attributes);
          default -> new Socket(attributes);
        };
    return new Inode(node, links, 0, 0, NO_ENTRIES);
  }

  private static Device device(Attributes attributes, Device.Kind kind, int number) {
    int major = (number >>> 8) & 0xfff;
    int minor = (number & 0xff) | ((number >>> 12) & 0xfff00);
    return new Device(attributes, kind, major, minor);
  }
}
