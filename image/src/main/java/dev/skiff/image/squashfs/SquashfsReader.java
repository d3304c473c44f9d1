package dev.skiff.image.squashfs;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.BlockInputStream.SizeWords;
import dev.skiff.image.squashfs.MetadataReader.Cursor;
import dev.skiff.image.squashfs.codec.BlockDecompressor;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeExtractor.Extraction;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import dev.skiff.image.tree.TreeVisitor;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// An open image. Every byte of it is taken for hostile: whatever does not fit is a
/// `MalformedImageException`, memory is bounded, and nothing is looked for outside of the image.
///
/// Files of the tree are read through this reader, by any number of threads, until it is closed.
public final class SquashfsReader implements Closeable {

  private final FileChannel channel;
  private final SuperBlock superBlock;
  private final BlockReader blocks;
  private final MetadataReader metadata;
  private final IdReader ids;
  private final XattrReader xattrs;
  private final FragmentReader fragments;

  private SquashfsReader(String name, FileChannel channel, long offsetBytes, long sizeBytes)
      throws IOException {
    this.channel = channel;
    BlockReader raw =
        new BlockReader(
            name, channel, offsetBytes, sizeBytes, BlockDecompressor.of(1).orElseThrow());
    superBlock = SuperBlock.read(raw);
    requireTables(superBlock, raw);
    BlockDecompressor decompressor =
        BlockDecompressor.of(superBlock.compressorId())
            .orElseThrow(() ->
                raw.malformed(20, "compressor", superBlock.compressorId() + ", wanted 1 to 6"));
    blocks = new BlockReader(name, channel, offsetBytes, superBlock.bytesUsed(), decompressor);
    metadata = new MetadataReader(blocks);
    LookupReader lookup = new LookupReader(blocks, metadata);
    ids = IdReader.read(lookup, superBlock);
    xattrs = XattrReader.open(blocks, metadata, lookup, superBlock);
    fragments = new FragmentReader(blocks, lookup, superBlock);
  }

  /// Opens an image that is a file of its own.
  public static SquashfsReader open(Path file) throws IOException {
    return open(file, 0, Long.MAX_VALUE);
  }

  /// Opens an image inside a file.
  ///
  /// @param offsetBytes where it begins
  /// @param mostBytes how much of the file may belong to it
  /// @throws MalformedImageException if there is no image
  public static SquashfsReader open(Path file, long offsetBytes, long mostBytes)
      throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long size = Math.max(0, Math.min(mostBytes, channel.size() - offsetBytes));
      return new SquashfsReader(file.toString(), channel, offsetBytes, size);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void requireTables(SuperBlock superBlock, BlockReader image)
      throws MalformedImageException {
    SuperBlock.Tables tables = superBlock.tables();
    long end = superBlock.bytesUsed();
    if (end < SuperBlock.BYTES || end > image.sizeBytes()) {
      throw image.malformed(
          40, "bytes_used", "%d of a file of %d bytes".formatted(end, image.sizeBytes()));
    }
    requireInside("id_table_start", 48, tables.ids(), end, image);
    requireInside("inode_table_start", 64, tables.inodes(), tables.directories(), image);
    requireInside("directory_table_start", 72, tables.directories(), end, image);
    if (tables.xattrs() != SuperBlock.NO_TABLE) {
      requireInside("xattr_id_table_start", 56, tables.xattrs(), end, image);
    }
    if (superBlock.fragmentCount() != 0) {
      requireInside("fragment_table_start", 80, tables.fragments(), end, image);
    }
  }

  private static void requireInside(
      String field, int fieldOffset, long start, long end, BlockReader image)
      throws MalformedImageException {
    if (start < SuperBlock.BYTES || start >= end) {
      throw image.malformed(fieldOffset, field, "%d, wanted less than %d".formatted(start, end));
    }
  }

  /// Reads the whole tree; contents are read when they are opened.
  ///
  /// @throws MalformedImageException also if the tree would take more than three quarters of the
  ///   heap
  public FileTree tree() throws IOException {
    return tree(Budget.ofThisProcess());
  }

  FileTree tree(Budget budget) throws IOException {
    return alone().tree(budget);
  }

  private LayerStack alone() {
    return LayerStack.of(this);
  }

  /// This image for one use among others: what is remembered of it is for one thread.
  ///
  /// @param number from 0, the lowest
  StackedImage stacked(int number, StackedImage.Marks marks) {
    InodeReader inodes = new InodeReader(metadata, superBlock, ids, xattrs, this);
    return new StackedImage(number, marks, metadata, inodes, superBlock, new StoredSizes(this));
  }

  /// Whether symbolic links are followed. They lead nowhere but into the image itself: its root is
  /// where absolute ones begin, and nothing is above it.
  public enum Links {
    FOLLOWED,
    /// As they are; a path that goes through one leads to nothing.
    KEPT
  }

  /// The file at a path, found without reading the rest of the tree. A directory comes without its
  /// children: `names` has them.
  ///
  /// @param path from the root on, with or without a slash before it
  public Optional<FileNode> find(String path, Links links) throws IOException {
    return alone().find(path, links);
  }

  /// The names in a directory, in the image's order; none if no directory is there.
  ///
  /// @throws MalformedImageException also if they are more than 100,000
  public List<FileName> names(String path, Links links) throws IOException {
    return alone().names(path, links);
  }

  /// Walks the whole tree without keeping it, so that millions of files fit into little memory.
  public void walk(TreeVisitor visitor) throws IOException {
    alone().walk(visitor);
  }

  /// Makes the image's files in a directory, as `TreeExtractor` does, on a thread a processor.
  /// Writes at most 1 GiB and 200 times the image's size: what needs more was made to fill disks.
  ///
  /// @param directory made if it is not there; else it has to be empty
  public Extraction extract(Path directory, Ownership ownership) throws IOException {
    return alone().extract(tree(), directory, ownership, bytes -> {});
  }

  /// How many bytes the files of an image may have that was not made to fill disks.
  long mostContentBytes() {
    return (1L << 30) + 200 * superBlock.bytesUsed();
  }

  /// How long the image is.
  long bytesUsed() {
    return superBlock.bytesUsed();
  }

  /// How the files are compressed; empty if it is one that no image is written with.
  public Optional<Compression> compression() {
    return switch (superBlock.compressorId()) {
      case 1 ->
          Optional.of(
              (superBlock.flags() & SuperBlock.FLAG_UNCOMPRESSED_DATA) == 0
                  ? Compression.GZIP
                  : Compression.NONE);
      case 4 -> Optional.of(Compression.XZ);
      case 5 -> Optional.of(Compression.LZ4);
      case 6 -> Optional.of(Compression.ZSTD);
      default -> Optional.empty();
    };
  }

  /// A power of two, 4 KiB to 1 MiB.
  public int blockSizeBytes() {
    return superBlock.blockSizeBytes();
  }

  /// When the image says it was made, in seconds since 1970.
  public long mkfsTimeSeconds() {
    return superBlock.mkfsTimeSeconds();
  }

  /// How many files, directories included, the image says it has.
  public long inodeCount() {
    return Integer.toUnsignedLong(superBlock.inodeCount());
  }

  InputStream open(ImageFile file) throws IOException {
    return new BlockInputStream(
        blocks, superBlock.blockSizeBytes(), file.extent(), sizeWords(file), fragments);
  }

  /// The size words of a file's blocks, from the first on.
  SizeWords sizeWords(ImageFile file) throws IOException {
    if (file.extent().blockCount(superBlock.blockSizeBytes()) == 0) {
      return () -> 0;
    }
    Cursor sizes = metadata.at(InodeReader.tableOf(superBlock), file.sizesReference());
    return sizes::i32;
  }

  int fragmentCount() {
    return superBlock.fragmentCount();
  }

  BlockReader blocks() {
    return blocks;
  }

  FragmentReader fragments() {
    return fragments;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
