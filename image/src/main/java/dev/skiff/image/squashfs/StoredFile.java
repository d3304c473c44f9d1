package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.BlockInputStream.Extent;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The bytes of a file that a `SquashfsWriter` has taken in. Belongs to that writer: it is to stand
/// in the tree that the writer is finished with, or to be dropped, which leaves its bytes unused.
/// Files of equal bytes are one and the same `StoredFile`.
///
/// It can be read back on the storing thread as long as the writer's channel is open for reading.
public final class StoredFile implements FileContent {

  private final SquashfsWriter writer;
  private final long sizeBytes;
  private @Nullable ContentKey key;
  private int[] sizeWords = {};
  private int[] checksums = {};
  private int blockCount;
  private boolean hasDataBlocks;
  private long startBytes = -1;
  private long sparseBytes;
  private int fragment = Extent.NO_FRAGMENT;
  private int fragmentOffset;

  private @Nullable FileContent source;

  StoredFile(SquashfsWriter writer, long sizeBytes) {
    this.writer = writer;
    this.sizeBytes = sizeBytes;
  }

  /// A file whose blocks stand elsewhere and are read from there until it is settled.
  StoredFile(SquashfsWriter writer, FileContent source) {
    this(writer, source.sizeBytes());
    this.source = source;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public InputStream open() throws IOException {
    return source == null ? writer.openStored(this) : source.open();
  }

  @Override
  public Optional<ContentKey> key() {
    return Optional.ofNullable(key);
  }

  void nameBy(ContentKey contentKey) {
    key = contentKey;
  }

  boolean belongsTo(SquashfsWriter candidate) {
    return writer == candidate;
  }

  /// Counts one more block that will be placed, and returns its number.
  int addDataBlock() {
    hasDataBlocks = true;
    return addBlock();
  }

  private int addBlock() {
    if (blockCount == sizeWords.length) {
      sizeWords = Arrays.copyOf(sizeWords, Math.max(1, blockCount * 2));
      checksums = Arrays.copyOf(checksums, sizeWords.length);
    }
    return blockCount++;
  }

  void addSparseBlock(int lengthBytes) {
    var _ = addBlock();
    sparseBytes += lengthBytes;
  }

  /// No more blocks follow: gives unused memory back.
  void seal() {
    if (sizeWords.length != blockCount) {
      sizeWords = Arrays.copyOf(sizeWords, blockCount);
      checksums = Arrays.copyOf(checksums, blockCount);
    }
  }

  void place(int block, long offsetBytes, int sizeWord, int checksum) {
    if (startBytes < 0) {
      startBytes = offsetBytes;
    }
    sizeWords[block] = sizeWord;
    checksums[block] = checksum;
  }

  void placeTail(int fragmentIndex, int offset) {
    fragment = fragmentIndex;
    fragmentOffset = offset;
  }

  void placeTailAsIn(StoredFile twin) {
    placeTail(twin.fragment, twin.fragmentOffset);
  }

  /// The blocks begin elsewhere than where they were placed.
  void moveTo(long offsetBytes) {
    startBytes = offsetBytes;
  }

  /// All of it stands in the writer's image now.
  void settle() {
    source = null;
  }

  /// Whether any block is not sparse, written yet or not.
  boolean hasDataBlocks() {
    return hasDataBlocks;
  }

  /// 0 when every block is sparse.
  long startBytes() {
    return Math.max(0, startBytes);
  }

  long sparseBytes() {
    return sparseBytes;
  }

  int blockCount() {
    return blockCount;
  }

  int sizeWord(int block) {
    return sizeWords[block];
  }

  /// Of a block's bytes on disk; 0 if it is sparse.
  int checksum(int block) {
    return checksums[block];
  }

  Extent extent() {
    return new Extent(sizeBytes, startBytes(), fragment, fragmentOffset);
  }
}
