package dev.skiff.image.squashfs.read;

import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.Extent;
import dev.skiff.image.squashfs.format.SizeWord;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/// A file's bytes: its blocks one after the other, then its tail out of a fragment.
public final class BlockInputStream extends InputStream {

  /// Yields the size words of a file's blocks in order.
  public interface SizeWords {
    int next() throws IOException;
  }

  /// Yields the decompressed bytes of fragment blocks, which nobody changes.
  public interface Fragments {
    byte[] fragment(int index) throws IOException;
  }

  private final BlockReader blocks;
  private final int blockSizeBytes;
  private final Extent extent;
  private final SizeWords sizeWords;
  private final Fragments fragments;

  private long blocksLeft;
  private long bytesLeft;
  private long blockStartBytes;
  private byte[] block = new byte[0];
  private int position;
  private int limit;
  private boolean blockIsZero;

  public BlockInputStream(
      BlockReader blocks,
      int blockSizeBytes,
      Extent extent,
      SizeWords sizeWords,
      Fragments fragments) {
    this.blocks = blocks;
    this.blockSizeBytes = blockSizeBytes;
    this.extent = extent;
    this.sizeWords = sizeWords;
    this.fragments = fragments;
    blocksLeft = extent.blockCount(blockSizeBytes);
    bytesLeft = extent.sizeBytes();
    blockStartBytes = extent.startBytes();
  }

  @Override
  public int read() throws IOException {
    if (position == limit && !nextBlock()) {
      return -1;
    }
    return block[position++] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position == limit && !nextBlock()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(block, position, bytes, offset, count);
    position += count;
    return count;
  }

  private boolean nextBlock() throws IOException {
    if (bytesLeft == 0) {
      return false;
    }
    if (blocksLeft == 0) {
      openTail();
    } else {
      openBlock();
    }
    bytesLeft -= limit - position;
    return true;
  }

  private void openBlock() throws IOException {
    int wanted = (int) Math.min(blockSizeBytes, bytesLeft);
    int sizeWord = sizeWords.next();
    if (block.length != wanted) {
      block = new byte[wanted];
      blockIsZero = true;
    }
    if (sizeWord == 0) {
      if (!blockIsZero) {
        Arrays.fill(block, (byte) 0);
      }
      blockIsZero = true;
    } else {
      blockIsZero = false;
      readBlock(sizeWord, wanted);
    }
    blocksLeft--;
    position = 0;
    limit = wanted;
  }

  private void readBlock(int sizeWord, int wanted) throws IOException {
    int size = blocks.block(blockStartBytes, sizeWord, block, "data block");
    if (size != wanted) {
      throw blocks.malformed(
          blockStartBytes, "data block", "it holds %d bytes, wanted %d".formatted(size, wanted));
    }
    blockStartBytes += SizeWord.diskBytes(sizeWord);
  }

  private void openTail() throws IOException {
    block = fragments.fragment(extent.fragment());
    position = extent.fragmentOffset();
    if (position < 0 || bytesLeft > block.length - position) {
      throw blocks.malformed(
          -1,
          "fragment offset",
          "%d bytes at %d of a fragment of %d"
              .formatted(bytesLeft, Integer.toUnsignedLong(position), block.length));
    }
    limit = position + (int) bytesLeft;
  }
}
