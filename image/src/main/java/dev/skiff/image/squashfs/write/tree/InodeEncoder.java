package dev.skiff.image.squashfs.write.tree;

import dev.skiff.image.squashfs.format.DirectoryListing;
import dev.skiff.image.squashfs.format.DirectoryListing.IndexEntry;
import dev.skiff.image.squashfs.format.Extent;
import dev.skiff.image.squashfs.format.InodeType;
import dev.skiff.image.squashfs.format.Xattrs;
import dev.skiff.image.squashfs.write.MetadataWriter;
import dev.skiff.image.squashfs.write.StoredFile;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;

/// Encodes inodes: the basic form where everything fits, else the extended one.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#inode_table">SquashFS: inode table</a>
public final class InodeEncoder {

  /// What all inodes have to say.
  private record Inode(FileNode node, int number, int links, int xattr) {
    boolean hasXattrs() {
      return xattr != Xattrs.NONE;
    }
  }

  private static final long FOUR_GIB = 1L << 32;

  private final IdTable ids;
  private final XattrTable xattrs;
  private final Function<RegularFile, StoredFile> stored;

  public InodeEncoder(IdTable ids, XattrTable xattrs, Function<RegularFile, StoredFile> stored) {
    this.ids = ids;
    this.xattrs = xattrs;
    this.stored = stored;
  }

  /// Encodes any file but a directory.
  void encode(FileNode node, int number, int links, MetadataWriter out) throws IOException {
    Inode inode = new Inode(node, number, links, xattrs.indexOf(node.attributes().xattrs()));
    switch (node) {
      case Directory _ -> throw new IllegalArgumentException("directories are encoded otherwise");
      case RegularFile file -> file(inode, stored.apply(file), out);
      case Symlink link -> symlink(inode, link.target(), out);
      case Device device -> device(inode, device, out);
      case Fifo _ -> pipe(inode, out);
      case Socket _ -> pipe(inode, out);
    }
  }

  private ByteBuffer start(Inode inode, boolean extended, int bytes) throws IOException {
    Attributes attributes = inode.node().attributes();
    ByteBuffer out = ByteBuffer.allocate(16 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) (InodeType.of(inode.node()) + (extended ? InodeType.EXTENDED : 0)));
    out.putShort((short) attributes.permissions());
    out.putShort(ids.indexOf(attributes.uid())).putShort(ids.indexOf(attributes.gid()));
    return out.putInt((int) attributes.mtimeSeconds()).putInt(inode.number());
  }

  /// Encodes a directory whose listing is written.
  void encode(DirectoryInode directory, MetadataWriter out) throws IOException {
    DirectoryListing listing = directory.listing();
    long size = listing.sizeBytes() + DirectoryListing.DOTS_BYTES;
    int xattr = xattrs.indexOf(directory.directory().attributes().xattrs());
    Inode inode = new Inode(directory.directory(), directory.number(), directory.links(), xattr);
    if (size <= 0xffff && xattr == Xattrs.NONE) {
      ByteBuffer basic = start(inode, false, 16);
      basic.putInt(listing.blockStartBytes()).putInt(inode.links()).putShort((short) size);
      basic.putShort((short) listing.offsetInBlock()).putInt(directory.parentNumber());
      out.write(basic.flip());
      return;
    }
    if (size >= FOUR_GIB) {
      throw new IOException("a directory's listing reaches 4 GiB: SquashFS has no more");
    }
    ByteBuffer extended = start(inode, true, 24);
    extended.putInt(inode.links()).putInt((int) size).putInt(listing.blockStartBytes());
    extended.putInt(directory.parentNumber()).putShort((short) listing.index().size());
    extended.putShort((short) listing.offsetInBlock()).putInt(xattr);
    out.write(extended.flip());
    for (IndexEntry entry : listing.index()) {
      byte[] name = entry.firstName().bytes();
      ByteBuffer bytes = ByteBuffer.allocate(12 + name.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putInt(entry.offsetBytes()).putInt(entry.blockStartBytes());
      out.write(bytes.putInt(name.length - 1).put(name).flip());
    }
  }

  private void file(Inode inode, StoredFile file, MetadataWriter out) throws IOException {
    Extent extent = file.extent();
    boolean basic =
        !inode.hasXattrs()
            && inode.links() == 1
            && file.sparseBytes() == 0
            && extent.startBytes() < FOUR_GIB
            && extent.sizeBytes() < FOUR_GIB;
    ByteBuffer bytes = start(inode, !basic, basic ? 16 : 40);
    if (basic) {
      bytes.putInt((int) extent.startBytes());
      bytes.putInt(extent.fragment()).putInt(extent.fragmentOffset());
      bytes.putInt((int) extent.sizeBytes());
    } else {
      bytes.putLong(extent.startBytes()).putLong(extent.sizeBytes()).putLong(file.sparseBytes());
      bytes.putInt(inode.links()).putInt(extent.fragment()).putInt(extent.fragmentOffset());
      bytes.putInt(inode.xattr());
    }
    out.write(bytes.flip());
    ByteBuffer word = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < file.blockCount(); i++) {
      out.write(word.clear().putInt(file.sizeWord(i)).flip());
    }
  }

  private void symlink(Inode inode, byte[] target, MetadataWriter out) throws IOException {
    ByteBuffer bytes = start(inode, inode.hasXattrs(), 12 + target.length);
    bytes.putInt(inode.links()).putInt(target.length).put(target);
    finish(bytes, inode, out);
  }

  private void device(Inode inode, Device device, MetadataWriter out) throws IOException {
    int minor = device.minor();
    int number = (device.major() << 8) | (minor & 0xff) | ((minor & ~0xff) << 12);
    ByteBuffer bytes = start(inode, inode.hasXattrs(), 12);
    bytes.putInt(inode.links()).putInt(number);
    finish(bytes, inode, out);
  }

  private void pipe(Inode inode, MetadataWriter out) throws IOException {
    finish(start(inode, inode.hasXattrs(), 8).putInt(inode.links()), inode, out);
  }

  private static void finish(ByteBuffer bytes, Inode inode, MetadataWriter out) throws IOException {
    if (inode.hasXattrs()) {
      bytes.putInt(inode.xattr());
    }
    out.write(bytes.flip());
  }
}
