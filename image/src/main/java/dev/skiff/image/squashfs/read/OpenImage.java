package dev.skiff.image.squashfs.read;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.codec.BlockDecompressor;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.read.BlockInputStream.SizeWords;
import dev.skiff.image.squashfs.read.MetadataReader.Cursor;
import dev.skiff.image.squashfs.read.MetadataReader.Table;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;

/// What all of an open image is read through: its super block, whose tables are where they can be,
/// its blocks, and what is kept of its tables. Any number of threads may use one.
public final class OpenImage {

  private final SuperBlock superBlock;
  private final BlockReader blocks;
  private final MetadataReader metadata;
  private final IdReader ids;
  private final XattrReader xattrs;
  private final FragmentReader fragments;
  private volatile Optional<byte[]> name = Optional.empty();

  /// Reads what every use of the image needs.
  ///
  /// @param name the file, for errors
  /// @param channel stays open, and has to for as long as anything is read
  /// @param offsetBytes where the image begins
  /// @param sizeBytes how much of the file may belong to it
  public OpenImage(String name, FileChannel channel, long offsetBytes, long sizeBytes)
      throws IOException {
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

  /// Says what names all of the image's bytes.
  public void isNamed(byte[] digest) {
    name = Optional.of(digest.clone());
  }

  /// What names all of the image's bytes, if anybody said so: whoever copies some of them need not
  /// look at them to name the copy.
  public Optional<byte[]> name() {
    return name;
  }

  public SuperBlock superBlock() {
    return superBlock;
  }

  public BlockReader blocks() {
    return blocks;
  }

  public MetadataReader metadata() {
    return metadata;
  }

  public IdReader ids() {
    return ids;
  }

  public XattrReader xattrs() {
    return xattrs;
  }

  public FragmentReader fragments() {
    return fragments;
  }

  public Table inodeTable() {
    return new Table(
        "inode_table", superBlock.tables().inodes(), superBlock.tables().directories());
  }

  /// A power of two, 4 KiB to 1 MiB.
  public int blockSizeBytes() {
    return superBlock.blockSizeBytes();
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

  /// How many bytes the files of an image may have that was not made to fill disks.
  public long mostContentBytes() {
    return (1L << 30) + 200 * superBlock.bytesUsed();
  }

  InputStream open(ImageFile file) throws IOException {
    return new BlockInputStream(
        blocks, superBlock.blockSizeBytes(), file.extent(), sizeWords(file), fragments);
  }

  /// The size words of a file's blocks, from the first on.
  public SizeWords sizeWords(ImageFile file) throws IOException {
    if (file.extent().blockCount(superBlock.blockSizeBytes()) == 0) {
      return () -> 0;
    }
    Cursor sizes = metadata.at(inodeTable(), file.sizesReference());
    return sizes::i32;
  }
}
