package dev.skiff.image.squashfs.write;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A table of fixed-size entries: metadata blocks followed by an index of where each begins. The
/// kernel wants that index to end exactly where the next table begins.
public final class LookupTable {

  private final ImageOutput output;
  private final MetadataWriter metadata;
  private final long startBytes;
  private long[] blockStarts = new long[16];
  private int blockCount;

  public LookupTable(ImageOutput output, BlockCompressor compressor) {
    this.output = output;
    metadata = new MetadataWriter(compressor, output);
    startBytes = output.positionBytes();
  }

  /// Appends one entry. Entries never straddle blocks: their size divides 8 KiB.
  public void add(ByteBuffer entry) throws IOException {
    if (metadata.offsetInBlock() == 0) {
      if (blockCount == blockStarts.length) {
        blockStarts = Arrays.copyOf(blockStarts, blockCount * 2);
      }
      blockStarts[blockCount++] = startBytes + metadata.blockStartBytes();
    }
    metadata.write(entry);
  }

  /// Writes what is left and the index.
  ///
  /// @return where the index begins
  public long finish() throws IOException {
    metadata.flush();
    long indexStart = output.positionBytes();
    writeIndex();
    return indexStart;
  }

  /// Writes what is left and, behind a header, the index.
  ///
  /// @return where the header begins
  public long finish(byte[] header) throws IOException {
    metadata.flush();
    long headerStart = output.positionBytes();
    output.write(header, 0, header.length);
    writeIndex();
    return headerStart;
  }

  private void writeIndex() throws IOException {
    ByteBuffer index = ByteBuffer.allocate(blockCount * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < blockCount; i++) {
      index.putLong(blockStarts[i]);
    }
    output.write(index.array(), 0, index.capacity());
  }
}
