package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Writes the inode and directory tables of a tree. A directory's listing names its children's
/// inodes, so all of these are written before it, side by side; its own inode comes with its
/// siblings.
final class TreeWriter {

  /// A file with its number and, once written, its place.
  static final class Inode {
    final FileNode node;
    final int number;
    int links = 1;
    private int parentNumber;
    private long reference = -1;
    private int subdirectories;
    private DirectoryListing listing = DirectoryListing.EMPTY;

    private Inode(FileNode node, int number) {
      this.node = node;
      this.number = number;
    }

    int parentNumber() {
      return parentNumber;
    }

    int subdirectories() {
      return subdirectories;
    }

    long reference() {
      return reference;
    }

    DirectoryListing listing() {
      return listing;
    }
  }

  private record Open(Directory directory, Iterator<FileNode> rest) {}

  private final IdentityHashMap<FileNode, Inode> inodes = new IdentityHashMap<>();
  private final List<Inode> byNumber = new ArrayList<>();
  private final MetadataWriter inodeTable;
  private final InodeEncoder encoder;
  private final ByteArrayOutputStream directoryBytes = new ByteArrayOutputStream();
  private final MetadataWriter directoryTable;

  TreeWriter(ImageOutput output, BlockCompressor compressor, InodeEncoder encoder) {
    inodeTable = new MetadataWriter(compressor, output);
    directoryTable = new MetadataWriter(compressor, directoryBytes::write);
    this.encoder = encoder;
  }

  /// Writes the inode table and prepares the directory table.
  ///
  /// @return the root directory's inode
  Inode write(Directory root) throws IOException {
    numberAll(root);
    Inode rootInode = inodeOf(root);
    rootInode.parentNumber = byNumber.size() + 1; // as mksquashfs has it: no inode's number
    Deque<Open> open = new ArrayDeque<>();
    open.push(open(root));
    while (!open.isEmpty()) {
      Open here = open.element();
      if (here.rest().hasNext()) {
        if (here.rest().next() instanceof Directory child) {
          open.push(open(child));
        }
      } else {
        Directory done = open.pop().directory();
        for (FileNode child : done.children().values()) {
          writeInode(inodeOf(child));
        }
        inodeOf(done).listing = list(done);
      }
    }
    writeInode(rootInode);
    inodeTable.flush();
    directoryTable.flush();
    return rootInode;
  }

  private static Open open(Directory directory) {
    return new Open(directory, directory.children().values().iterator());
  }

  /// Numbers children of one directory in a row, which keeps listings short, and counts links,
  /// which may come from anywhere in the tree.
  private void numberAll(Directory root) {
    Deque<Inode> unvisited = new ArrayDeque<>();
    unvisited.push(number(root));
    while (!unvisited.isEmpty()) {
      Inode parent = unvisited.pop();
      if (!(parent.node instanceof Directory directory)) {
        continue;
      }
      for (FileNode child : directory.children().values()) {
        Inode known = inodes.get(child);
        if (known == null) {
          Inode inode = number(child);
          if (child instanceof Directory) {
            inode.parentNumber = parent.number;
            parent.subdirectories++;
            unvisited.push(inode);
          }
        } else if (child instanceof Directory) {
          throw new IllegalArgumentException("a directory stands in the tree twice");
        } else {
          known.links++;
        }
      }
    }
  }

  private Inode number(FileNode node) {
    Inode inode = new Inode(node, byNumber.size() + 1);
    byNumber.add(inode);
    inodes.put(node, inode);
    return inode;
  }

  private Inode inodeOf(FileNode node) {
    Inode inode = inodes.get(node);
    if (inode == null) {
      throw new IllegalStateException("the tree changed while it was being written");
    }
    return inode;
  }

  private void writeInode(Inode inode) throws IOException {
    if (inode.reference < 0) {
      inode.reference = inodeTable.reference();
      encoder.encode(inode, inodeTable);
    }
  }

  private DirectoryListing list(Directory directory) throws IOException {
    DirectoryListing.Builder listing = new DirectoryListing.Builder(directoryTable);
    for (Map.Entry<FileName, FileNode> entry : directory.children().entrySet()) {
      listing.add(entry.getKey(), inodeOf(entry.getValue()));
    }
    return listing.finish();
  }

  int inodeCount() {
    return byNumber.size();
  }

  byte[] directoryTable() {
    return directoryBytes.toByteArray();
  }

  /// Writes where each inode stands, by number, and returns where the table's index begins.
  long writeExportTable(ImageOutput output, BlockCompressor compressor) throws IOException {
    LookupTable table = new LookupTable(output, compressor);
    ByteBuffer entry = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    for (Inode inode : byNumber) {
      entry.clear().putLong(inode.reference).flip();
      table.add(entry);
    }
    return table.finish();
  }
}
