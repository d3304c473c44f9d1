package dev.skiff.image.squashfs.write.tree;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import dev.skiff.image.squashfs.format.InodeType;
import dev.skiff.image.squashfs.write.ImageOutput;
import dev.skiff.image.squashfs.write.LookupTable;
import dev.skiff.image.squashfs.write.MetadataWriter;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.NodeNumbers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Writes the inode and directory tables of a tree. A directory's listing names its children's
/// inodes, so all of these are written before it, side by side; its own inode comes with its
/// siblings.
public final class TreeWriter {

  private static final int MOST_NAMES = 1 << 28;

  private record Open(DirectoryInode inode, Iterator<Map.Entry<FileName, FileNode>> rest) {
    static Open of(DirectoryInode inode) {
      return new Open(inode, inode.directory().entries().iterator());
    }
  }

  private final NodeNumbers numbers;
  private final int[] links; // by number, as are the references
  private final long[] references;
  private final IdentityHashMap<Directory, DirectoryInode> directories = new IdentityHashMap<>();
  private final DirectoryInode root;
  private final MetadataWriter inodeTable;
  private final InodeEncoder encoder;
  private final List<byte[]> directoryBytes = new ArrayList<>();
  private final MetadataWriter directoryTable;
  private int inodeCount;

  /// A writer of one tree, whose files get their numbers now.
  ///
  /// @throws IllegalArgumentException if a directory stands in it twice
  public TreeWriter(
      Directory tree, ImageOutput output, BlockCompressor compressor, InodeEncoder encoder)
      throws IOException {
    inodeTable = new MetadataWriter(compressor, output);
    directoryTable = new MetadataWriter(compressor, this::keepDirectoryBytes);
    this.encoder = encoder;
    int names = countNames(tree);
    numbers = new NodeNumbers(names);
    links = new int[names + 2];
    references = new long[names + 2];
    root = number(tree);
    numberAll();
    root.setParentNumber(inodeCount + 1); // as mksquashfs has it: no inode's number
  }

  private void keepDirectoryBytes(byte[] bytes, int offset, int length) {
    directoryBytes.add(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  private static int countNames(Directory tree) throws IOException {
    int count = 0;
    Deque<Directory> unvisited = new ArrayDeque<>();
    unvisited.push(tree);
    while (!unvisited.isEmpty()) {
      for (Map.Entry<FileName, FileNode> entry : unvisited.pop().entries()) {
        if (++count > MOST_NAMES) {
          throw new IOException("more than %d files in one image".formatted(MOST_NAMES));
        }
        if (entry.getValue() instanceof Directory directory) {
          unvisited.push(directory);
        }
      }
    }
    return count;
  }

  /// Numbers children of one directory in a row, which keeps listings short, and counts links,
  /// which may come from anywhere in the tree.
  private void numberAll() {
    Deque<DirectoryInode> unvisited = new ArrayDeque<>();
    unvisited.push(root);
    while (!unvisited.isEmpty()) {
      DirectoryInode parent = unvisited.pop();
      for (Map.Entry<FileName, FileNode> entry : parent.directory().entries()) {
        if (entry.getValue() instanceof Directory directory) {
          DirectoryInode child = number(directory);
          child.setParentNumber(parent.number());
          parent.addSubdirectory();
          unvisited.push(child);
        } else {
          int number = numbers.get(entry.getValue());
          if (number == 0) {
            number = ++inodeCount;
            numbers.put(entry.getValue(), number);
          }
          links[number]++;
        }
      }
    }
  }

  private DirectoryInode number(Directory directory) {
    DirectoryInode inode = new DirectoryInode(directory, ++inodeCount);
    if (directories.put(directory, inode) != null) {
      throw new IllegalArgumentException("a directory stands in the tree twice");
    }
    return inode;
  }

  /// Writes the inode table and prepares the directory table.
  ///
  /// @return the root directory's inode: metadata block and offset
  public long write() throws IOException {
    Deque<Open> open = new ArrayDeque<>();
    open.push(Open.of(root));
    while (!open.isEmpty()) {
      Open here = open.element();
      if (!here.rest().hasNext()) {
        writeChildren(open.pop().inode());
      } else if (here.rest().next().getValue() instanceof Directory child) {
        open.push(Open.of(inodeOf(child)));
      }
    }
    references[root.number()] = inodeTable.reference();
    encoder.encode(root, inodeTable);
    inodeTable.flush();
    directoryTable.flush();
    return references[root.number()];
  }

  private DirectoryInode inodeOf(Directory directory) {
    DirectoryInode inode = directories.get(directory);
    if (inode == null) {
      throw new IllegalStateException("the tree changed while it was being written");
    }
    return inode;
  }

  private void writeChildren(DirectoryInode directory) throws IOException {
    for (Map.Entry<FileName, FileNode> entry : directory.directory().entries()) {
      FileNode node = entry.getValue();
      int number = numberOf(node);
      if (node instanceof Directory child) {
        references[number] = inodeTable.reference();
        encoder.encode(inodeOf(child), inodeTable);
      } else if (links[number] > 0) {
        references[number] = inodeTable.reference();
        encoder.encode(node, number, links[number], inodeTable);
        links[number] = 0; // written
      }
    }
    ListingWriter listing = new ListingWriter(directoryTable);
    for (Map.Entry<FileName, FileNode> entry : directory.directory().entries()) {
      int number = numberOf(entry.getValue());
      int type = InodeType.of(entry.getValue());
      listing.add(entry.getKey(), number, references[number], type);
    }
    directory.setListing(listing.finish());
  }

  private int numberOf(FileNode node) {
    int number = node instanceof Directory child ? inodeOf(child).number() : numbers.get(node);
    if (number == 0) {
      throw new IllegalStateException("the tree changed while it was being written");
    }
    return number;
  }

  public int inodeCount() {
    return inodeCount;
  }

  public void writeDirectoryTable(ImageOutput output) throws IOException {
    for (byte[] bytes : directoryBytes) {
      output.write(bytes, 0, bytes.length);
    }
    directoryBytes.clear();
  }

  /// Writes where each inode stands, by number, and returns where the table's index begins.
  public long writeExportTable(ImageOutput output, BlockCompressor compressor) throws IOException {
    LookupTable table = new LookupTable(output, compressor);
    ByteBuffer entry = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    for (int number = 1; number <= inodeCount; number++) {
      entry.clear().putLong(references[number]).flip();
      table.add(entry);
    }
    return table.finish();
  }
}
