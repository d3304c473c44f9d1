package dev.skiff.image.squashfs.reuse;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.format.BlockEncoding;
import dev.skiff.image.squashfs.format.Extent;
import dev.skiff.image.squashfs.format.FragmentEntry;
import dev.skiff.image.squashfs.write.FragmentTable;
import dev.skiff.image.squashfs.write.StoredFile;
import dev.skiff.image.tree.ContentKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;

/// Where the blocks of an image's files stand, by what the files hold, with a CRC-32C of each block
/// as it stands. What `SquashfsWriter#blockTable` gives, read in place, little endian:
///
///     key scheme, compression, level, block size, files, blocks, fragments    int each
///     files       60 bytes each, by ascending key: size (long), hash (4 longs), start (long),
///                 index of its first block, fragment or -1, offset in the fragment (int each)
///     blocks      8 bytes each: size word, checksum
///     fragments   16 bytes each: start (long), size word, checksum
///
/// The counts are checked when it is taken, every index and offset by whoever copies a file.
public final class BlockTable {

  private static final int HEADER_BYTES = 7 * 4;
  private static final int FILE_BYTES = 60;
  private static final int BLOCK_BYTES = 8;
  private static final int FRAGMENT_BYTES = 16;
  private static final Comparator<ContentKey> ORDER =
      Comparator.comparingLong(ContentKey::a)
          .thenComparingLong(ContentKey::b)
          .thenComparingLong(ContentKey::c)
          .thenComparingLong(ContentKey::d)
          .thenComparingLong(ContentKey::sizeBytes);

  private final String name;
  private final ByteBuffer bytes;
  private final int fileCount;
  private final int blockCount;
  private final int fragmentCount;

  private BlockTable(String name, ByteBuffer bytes) throws MalformedImageException {
    this.name = name;
    this.bytes = bytes;
    fileCount = bytes.getInt(16);
    blockCount = bytes.getInt(20);
    fragmentCount = bytes.getInt(24);
    long size =
        HEADER_BYTES
            + (long) fileCount * FILE_BYTES
            + (long) blockCount * BLOCK_BYTES
            + (long) fragmentCount * FRAGMENT_BYTES;
    if (fileCount < 0 || blockCount < 0 || fragmentCount < 0 || size != bytes.limit()) {
      throw new MalformedImageException(name, -1, "block table", "its parts have other sizes");
    }
  }

  /// Takes a table from a buffer's position to its limit, and reads it there.
  ///
  /// @param name what it is, for messages
  public static BlockTable of(String name, ByteBuffer bytes) throws MalformedImageException {
    if (bytes.remaining() < HEADER_BYTES) {
      throw new MalformedImageException(name, -1, "block table", "it is cut short");
    }
    return new BlockTable(name, bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  public static byte[] bytes(
      StoredContents stored, FragmentTable fragments, BlockEncoding encoding) {
    StoredFile[] files = stored.sorted(Comparator.comparing(BlockTable::keyOf, ORDER));
    int blocks = 0;
    for (StoredFile file : files) {
      blocks += file.blockCount();
    }
    int size =
        HEADER_BYTES
            + files.length * FILE_BYTES
            + blocks * BLOCK_BYTES
            + fragments.count() * FRAGMENT_BYTES;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(ContentHash.scheme(encoding.blockSizeBytes())).putInt(code(encoding.compression()));
    out.putInt(encoding.level()).putInt(encoding.blockSizeBytes());
    out.putInt(files.length).putInt(blocks).putInt(fragments.count());
    int firstBlock = 0;
    for (StoredFile file : files) {
      ContentKey key = keyOf(file);
      Extent extent = file.extent();
      out.putLong(key.sizeBytes()).putLong(key.a()).putLong(key.b());
      out.putLong(key.c()).putLong(key.d()).putLong(extent.startBytes());
      out.putInt(firstBlock).putInt(extent.fragment()).putInt(extent.fragmentOffset());
      firstBlock += file.blockCount();
    }
    for (StoredFile file : files) {
      for (int i = 0; i < file.blockCount(); i++) {
        out.putInt(file.sizeWord(i)).putInt(file.checksum(i));
      }
    }
    for (int i = 0; i < fragments.count(); i++) {
      FragmentEntry entry = fragments.entry(i);
      out.putLong(entry.startBytes()).putInt(entry.sizeWord()).putInt(entry.checksum());
    }
    return out.array();
  }

  private static ContentKey keyOf(StoredFile file) {
    return file.key().orElseThrow();
  }

  /// Whether an image whose blocks are made this way can hold this one's blocks, and would have
  /// made the same.
  public boolean fits(BlockEncoding encoding) {
    return bytes.getInt(0) == ContentHash.scheme(encoding.blockSizeBytes())
        && bytes.getInt(4) == code(encoding.compression())
        && bytes.getInt(8) == encoding.level()
        && bytes.getInt(12) == encoding.blockSizeBytes();
  }

  int blockSizeBytes() {
    return bytes.getInt(12);
  }

  /// A super block's id; without compression it has none of its own.
  private static int code(Compression compression) {
    return compression == Compression.NONE ? 0 : compression.id();
  }

  /// The compression's id in a super block.
  int compressorId() {
    return Math.max(1, bytes.getInt(4));
  }

  /// Whether the image has a file that holds what a key names.
  public boolean has(ContentKey key) {
    return find(key) >= 0;
  }

  /// The row of a file, or less than 0.
  int find(ContentKey key) {
    int low = 0;
    int high = fileCount - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(middle, key);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /// As `ORDER` has it.
  private int compare(int row, ContentKey key) {
    int at = HEADER_BYTES + row * FILE_BYTES;
    int order = Long.compare(bytes.getLong(at + 8), key.a());
    if (order != 0) {
      return order;
    }
    ContentKey found =
        new ContentKey(
            bytes.getLong(at),
            bytes.getLong(at + 8),
            bytes.getLong(at + 16),
            bytes.getLong(at + 24),
            bytes.getLong(at + 32));
    return ORDER.compare(found, key);
  }

  /// Where a file's bytes stand.
  Extent extent(int row) {
    int at = HEADER_BYTES + row * FILE_BYTES;
    return new Extent(
        bytes.getLong(at), bytes.getLong(at + 40), bytes.getInt(at + 52), bytes.getInt(at + 56));
  }

  /// The size word of one of a file's blocks.
  ///
  /// @param index of the block in its file
  int sizeWord(int row, long index) throws MalformedImageException {
    return bytes.getInt(blockAt(row, index));
  }

  int checksum(int row, long index) throws MalformedImageException {
    return bytes.getInt(blockAt(row, index) + 4);
  }

  private int blockAt(int row, long index) throws MalformedImageException {
    int first = bytes.getInt(HEADER_BYTES + row * FILE_BYTES + 48);
    if (first < 0 || index >= blockCount - first) {
      throw new MalformedImageException(
          name, -1, "first block", "block %d of %d".formatted(first + index, blockCount));
    }
    return HEADER_BYTES + fileCount * FILE_BYTES + (int) (first + index) * BLOCK_BYTES;
  }

  FragmentEntry fragmentEntry(int index) throws MalformedImageException {
    if (index < 0 || index >= fragmentCount) {
      throw new MalformedImageException(
          name, -1, "fragment", "%d of %d".formatted(index, fragmentCount));
    }
    int at =
        HEADER_BYTES + fileCount * FILE_BYTES + blockCount * BLOCK_BYTES + index * FRAGMENT_BYTES;
    return new FragmentEntry(bytes.getLong(at), bytes.getInt(at + 8), bytes.getInt(at + 12));
  }
}
