package dev.skiff.image.squashfs.format;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.codec.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The first 96 bytes of an image. Table starts count from the image's start; -1 means that there
/// is no such table.
///
/// @param inodeCount unsigned
/// @param mkfsTimeSeconds since 1970, unsigned 32 bits
/// @param compressorId 1 zlib, 2 LZMA, 3 LZO, 4 xz, 5 LZ4, 6 zstd
/// @param rootReference the root directory's inode: metadata block and offset
/// @param bytesUsed the image's size without the padding
/// @see <a href="https://dr-emann.github.io/squashfs/#superblock">SquashFS: superblock</a>
public record SuperBlock(
    int inodeCount,
    long mkfsTimeSeconds,
    int blockSizeBytes,
    int fragmentCount,
    int compressorId,
    int flags,
    int idCount,
    long rootReference,
    long bytesUsed,
    Tables tables) {

  public static final int BYTES = 96;
  static final int MAGIC = 0x73717368;
  public static final long NO_TABLE = -1;

  private static final int FLAG_UNCOMPRESSED_INODES = 0x1;
  public static final int FLAG_UNCOMPRESSED_DATA = 0x2;
  private static final int FLAG_UNCOMPRESSED_FRAGMENTS = 0x8;
  private static final int FLAG_NO_FRAGMENTS = 0x10;
  private static final int FLAG_DUPLICATES_CHECKED = 0x40;
  private static final int FLAG_EXPORTABLE = 0x80;
  private static final int FLAG_UNCOMPRESSED_XATTRS = 0x100;
  private static final int FLAG_NO_XATTRS = 0x200;
  private static final int FLAG_COMPRESSOR_OPTIONS = 0x400;
  private static final int FLAG_UNCOMPRESSED_IDS = 0x800;

  /// Where the tables start. Of ids, xattrs, fragments and exports it is the index that is named.
  public record Tables(
      long ids, long xattrs, long inodes, long directories, long fragments, long exports) {}

  /// The flags of an image with these tables, in which everything is compressed the same way.
  public static int flags(Compression compression, Tables tables) {
    int flags = FLAG_DUPLICATES_CHECKED | FLAG_EXPORTABLE;
    if (tables.xattrs() == NO_TABLE) {
      flags |= FLAG_NO_XATTRS;
    }
    if (tables.fragments() == NO_TABLE) {
      flags |= FLAG_NO_FRAGMENTS;
    }
    return switch (compression) {
      case NONE ->
          flags
              | FLAG_UNCOMPRESSED_INODES
              | FLAG_UNCOMPRESSED_DATA
              | FLAG_UNCOMPRESSED_FRAGMENTS
              | FLAG_UNCOMPRESSED_XATTRS
              | FLAG_UNCOMPRESSED_IDS;
      case LZ4 -> flags | FLAG_COMPRESSOR_OPTIONS;
      case GZIP, XZ, ZSTD -> flags;
    };
  }

  public ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(inodeCount).putInt((int) mkfsTimeSeconds).putInt(blockSizeBytes);
    bytes.putInt(fragmentCount).putShort((short) compressorId);
    bytes.putShort((short) Integer.numberOfTrailingZeros(blockSizeBytes)).putShort((short) flags);
    bytes.putShort((short) idCount).putShort((short) 4).putShort((short) 0);
    bytes.putLong(rootReference).putLong(bytesUsed);
    bytes.putLong(tables.ids()).putLong(tables.xattrs()).putLong(tables.inodes());
    bytes.putLong(tables.directories()).putLong(tables.fragments()).putLong(tables.exports());
    return bytes.flip();
  }

  /// Takes the fields as they stand; only magic, version and block size are checked here.
  public static SuperBlock read(BlockReader image) throws IOException {
    ByteBuffer in = image.bytes(0, BYTES, "superblock");
    int magic = in.getInt();
    if (magic != MAGIC) {
      throw image.malformed(0, "magic", "0x%08x, wanted 0x%08x".formatted(magic, MAGIC));
    }
    int inodeCount = in.getInt();
    long mkfsTime = Integer.toUnsignedLong(in.getInt());
    int blockSize = in.getInt();
    int fragmentCount = in.getInt();
    int compressor = in.getShort() & 0xffff;
    requireBlockSize(blockSize, in.getShort() & 0xffff, image);
    int flags = in.getShort() & 0xffff;
    int idCount = in.getShort() & 0xffff;
    requireVersion(in.getShort() & 0xffff, in.getShort() & 0xffff, image);
    long root = in.getLong();
    long used = in.getLong();
    Tables tables =
        new Tables(
            in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    return new SuperBlock(
        inodeCount,
        mkfsTime,
        blockSize,
        fragmentCount,
        compressor,
        flags,
        idCount,
        root,
        used,
        tables);
  }

  private static void requireBlockSize(int size, int log, BlockReader image)
      throws MalformedImageException {
    if (log < 12 || log > 20 || size != 1 << log) {
      throw image.malformed(
          12,
          "block_size",
          "%d with block_log %d, wanted a power of two from 4096 to 1048576"
              .formatted(Integer.toUnsignedLong(size), log));
    }
  }

  private static void requireVersion(int major, int minor, BlockReader image)
      throws MalformedImageException {
    if (major != 4 || minor != 0) {
      throw image.malformed(28, "version", "%d.%d, wanted 4.0".formatted(major, minor));
    }
  }
}
