package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.BlockInputStream.Extent;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The bytes of a file that a `SquashfsWriter` has taken in. Belongs to that writer: it is to stand
/// in the tree that the writer is finished with, or to be dropped, which leaves its bytes unused.
/// Files of equal bytes are one and the same `StoredFile`.
///
/// It can be read back on the storing thread as long as the writer's channel is open for reading.
public final class StoredFile implements FileContent {

  private final SquashfsWriter writer;
  private final long sizeBytes;
  private int[] sizeWords = {};
  private int blockCount;
  private boolean hasDataBlocks;
  private long startBytes = -1;
  private long sparseBytes;
  private int fragment = Extent.NO_FRAGMENT;
  private int fragmentOffset;

  StoredFile(SquashfsWriter writer, long sizeBytes) {
    this.writer = writer;
    this.sizeBytes = sizeBytes;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public InputStream open() throws IOException {
    return writer.openStored(this);
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
    }
  }

  void place(int block, long offsetBytes, int sizeWord) {
    if (startBytes < 0) {
      startBytes = offsetBytes;
    }
    sizeWords[block] = sizeWord;
  }

  void placeTail(int fragmentIndex, int offset) {
    fragment = fragmentIndex;
    fragmentOffset = offset;
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

  Extent extent() {
    return new Extent(sizeBytes, startBytes(), fragment, fragmentOffset);
  }
}
