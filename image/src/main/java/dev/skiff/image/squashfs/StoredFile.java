package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.BlockInputStream.Extent;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  Extent extent() {
    return new Extent(sizeBytes, startBytes(), fragment, fragmentOffset);
  }
}
