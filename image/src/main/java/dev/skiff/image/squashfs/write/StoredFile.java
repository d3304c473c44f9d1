package dev.skiff.image.squashfs.write;

import dev.skiff.image.squashfs.format.Extent;
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

  /// The image being written that holds the file.
  public interface Holder {
    /// Reads back what was stored.
    InputStream open(StoredFile file) throws IOException;
  }

  /// The blocks of a file. Most files have none, only a tail, and share one such object.
  public static final class Blocks {
    private final Holder holder;
    private @Nullable FileContent source;
    private int[] sizeWords = {};
    private int[] checksums = {};
    private int count;
    private boolean hasData;
    private long startBytes = -1;
    private long sparseBytes;

    public Blocks(Holder holder) {
      this.holder = holder;
    }

    private int add() {
      if (count == sizeWords.length) {
        sizeWords = Arrays.copyOf(sizeWords, Math.max(1, count * 2));
        checksums = Arrays.copyOf(checksums, sizeWords.length);
      }
      return count++;
    }
  }

  private final long sizeBytes;
  private final Blocks blocks;
  private int fragment = Extent.NO_FRAGMENT;
  private int fragmentOffset;
  private long keyA; // all four 0 in a file without a key: that is no SHA-256 of anything
  private long keyB;
  private long keyC;
  private long keyD;

  /// A file that has not been placed.
  ///
  /// @param blocks of its own if it can have any
  public StoredFile(long sizeBytes, Blocks blocks) {
    this.sizeBytes = sizeBytes;
    this.blocks = blocks;
  }

  /// A file whose blocks stand elsewhere and are read from there until it is settled.
  public StoredFile(Holder holder, FileContent source) {
    this(source.sizeBytes(), new Blocks(holder));
    blocks.source = source;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public InputStream open() throws IOException {
    FileContent source = blocks.source;
    return source == null ? blocks.holder.open(this) : source.open();
  }

  @Override
  public Optional<ContentKey> key() {
    return isNamed()
        ? Optional.of(new ContentKey(sizeBytes, keyA, keyB, keyC, keyD))
        : Optional.empty();
  }

  public void nameBy(ContentKey contentKey) {
    keyA = contentKey.a();
    keyB = contentKey.b();
    keyC = contentKey.c();
    keyD = contentKey.d();
  }

  private boolean isNamed() {
    return (keyA | keyB | keyC | keyD) != 0;
  }

  /// Whether the file is named by a key.
  public boolean is(ContentKey key) {
    return isNamed()
        && keyA == key.a()
        && keyB == key.b()
        && keyC == key.c()
        && keyD == key.d()
        && sizeBytes == key.sizeBytes();
  }

  /// The first bytes of the key, which are as good as random.
  public long hash() {
    return keyA;
  }

  public boolean belongsTo(Holder candidate) {
    return blocks.holder.equals(candidate);
  }

  /// Counts one more block that will be placed, and returns its number.
  public int addDataBlock() {
    blocks.hasData = true;
    return blocks.add();
  }

  public void addSparseBlock(int lengthBytes) {
    var _ = blocks.add();
    blocks.sparseBytes += lengthBytes;
  }

  /// No more blocks follow: gives unused memory back.
  public void seal() {
    if (blocks.sizeWords.length != blocks.count) {
      blocks.sizeWords = Arrays.copyOf(blocks.sizeWords, blocks.count);
      blocks.checksums = Arrays.copyOf(blocks.checksums, blocks.count);
    }
  }

  public void place(int block, long offsetBytes, int sizeWord, int checksum) {
    if (blocks.startBytes < 0) {
      blocks.startBytes = offsetBytes;
    }
    blocks.sizeWords[block] = sizeWord;
    blocks.checksums[block] = checksum;
  }

  public void placeTail(int fragmentIndex, int offset) {
    fragment = fragmentIndex;
    fragmentOffset = offset;
  }

  public void placeTailAsIn(StoredFile twin) {
    placeTail(twin.fragment, twin.fragmentOffset);
  }

  /// The blocks begin elsewhere than where they were placed.
  public void moveTo(long offsetBytes) {
    blocks.startBytes = offsetBytes;
  }

  /// All of it stands in the writer's image now.
  public void settle() {
    blocks.source = null;
  }

  /// Whether any block is not sparse, written yet or not.
  public boolean hasDataBlocks() {
    return blocks.hasData;
  }

  /// 0 when every block is sparse.
  public long startBytes() {
    return Math.max(0, blocks.startBytes);
  }

  public long sparseBytes() {
    return blocks.sparseBytes;
  }

  public int blockCount() {
    return blocks.count;
  }

  public int sizeWord(int block) {
    return blocks.sizeWords[block];
  }

  /// Of a block's bytes on disk; 0 if it is sparse.
  public int checksum(int block) {
    return blocks.checksums[block];
  }

  public Extent extent() {
    return new Extent(sizeBytes, startBytes(), fragment, fragmentOffset);
  }
}
