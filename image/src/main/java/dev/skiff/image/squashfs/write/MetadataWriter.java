package dev.skiff.image.squashfs.write;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import dev.skiff.image.squashfs.format.MetadataBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Collects bytes into metadata blocks of 8 KiB, each compressed alone behind a 16-bit header.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#packing_metadata">SquashFS: metadata</a>
public final class MetadataWriter {

  private final BlockCompressor compressor;
  private final ByteSink sink;
  private final ByteBuffer block =
      ByteBuffer.allocate(MetadataBlock.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final byte[] compressed = new byte[BlockCompressor.outputBytes(MetadataBlock.BYTES)];
  private long blockStartBytes;

  public MetadataWriter(BlockCompressor compressor, ByteSink sink) {
    this.compressor = compressor;
    this.sink = sink;
  }

  /// Where the block being filled will begin, counted from the table's own start.
  public long blockStartBytes() {
    return blockStartBytes;
  }

  /// Where the next byte will stand inside its decompressed block.
  public int offsetInBlock() {
    return block.position();
  }

  /// The next byte's address as inodes and tables name it: block start and offset.
  public long reference() {
    return (blockStartBytes << 16) | block.position();
  }

  /// Appends the bytes between the buffer's position and limit.
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int length = Math.min(bytes.remaining(), block.remaining());
      block.put(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
      if (!block.hasRemaining()) {
        flush();
      }
    }
  }

  /// Ends the block being filled, if any byte is in it.
  public void flush() throws IOException {
    int length = block.position();
    if (length == 0) {
      return;
    }
    int size = compressor.compress(block.array(), length, compressed);
    boolean stored = size == BlockCompressor.NOT_SMALLER;
    int onDisk = stored ? length : size;
    int header = stored ? onDisk | MetadataBlock.STORED_FLAG : onDisk;
    sink.write(new byte[] {(byte) header, (byte) (header >> 8)}, 0, 2);
    sink.write(stored ? block.array() : compressed, 0, onDisk);
    blockStartBytes += 2L + onDisk;
    block.clear();
  }
}
