package dev.skiff.image.squashfs.write;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.FragmentEntry;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.write.DataBlockWriter.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Gathers the tails of files into blocks of their own, and remembers where these blocks stand.
public final class FragmentTable {

  private final DataBlockWriter blocks;
  private final int blockSizeBytes;
  private long[] starts = new long[64];
  private int[] sizeWords = new int[64];
  private int[] checksums = new int[64];
  private int count;
  private @Nullable Block filling;
  private int filled;

  public FragmentTable(DataBlockWriter blocks, int blockSizeBytes) {
    this.blocks = blocks;
    this.blockSizeBytes = blockSizeBytes;
  }

  /// Places a file's last `length` bytes, fewer than a block.
  public void add(StoredFile file, byte[] tail, int offset, int length) throws IOException {
    if (length > blockSizeBytes - filled) {
      flush();
    }
    Block block = filling;
    if (block == null) {
      block = blocks.take();
      filling = block;
    }
    System.arraycopy(tail, offset, block.input(), filled, length);
    file.placeTail(count, filled);
    filled += length;
  }

  /// Submits the block being filled, if there is any.
  public void flush() {
    Block block = filling;
    if (block == null) {
      return;
    }
    int index = addEntry();
    blocks.submit(
        block,
        filled,
        (offset, sizeWord, checksum) -> set(index, new FragmentEntry(offset, sizeWord, checksum)));
    filling = null;
    filled = 0;
  }

  private int addEntry() {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      sizeWords = Arrays.copyOf(sizeWords, count * 2);
      checksums = Arrays.copyOf(checksums, count * 2);
    }
    return count++;
  }

  private void set(int index, FragmentEntry entry) {
    starts[index] = entry.startBytes();
    sizeWords[index] = entry.sizeWord();
    checksums[index] = entry.checksum();
  }

  /// Takes in a fragment block that stands in the image already; none is being filled.
  ///
  /// @return its index
  public int add(FragmentEntry entry) {
    int index = addEntry();
    set(index, entry);
    return index;
  }

  public FragmentEntry entry(int index) {
    return new FragmentEntry(starts[index], sizeWords[index], checksums[index]);
  }

  public int count() {
    return count;
  }

  /// The decompressed bytes of a fragment, the one being filled included. Everything submitted must
  /// have been written.
  public byte[] read(int index, BlockReader image) throws IOException {
    Block block = filling;
    if (index == count && block != null) {
      return Arrays.copyOf(block.input(), filled);
    }
    byte[] bytes = new byte[blockSizeBytes];
    int size = image.block(starts[index], sizeWords[index], bytes, "fragment block");
    return Arrays.copyOf(bytes, size);
  }

  /// Writes the table; without fragments there is none.
  ///
  /// @return where its index begins, or -1
  public long write(ImageOutput output, BlockCompressor compressor) throws IOException {
    if (count == 0) {
      return SuperBlock.NO_TABLE;
    }
    LookupTable table = new LookupTable(output, compressor);
    ByteBuffer entry = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      entry.clear().putLong(starts[i]).putInt(sizeWords[i]).putInt(0).flip();
      table.add(entry);
    }
    return table.finish();
  }
}
