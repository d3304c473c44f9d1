package dev.skiff.image.squashfs.format;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.codec.BlockDecompressor;
import dev.skiff.image.squashfs.codec.CorruptBlockException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/// Reads bytes and blocks of the image that begins at a base offset of a file. Offsets here count
/// from that base; those in errors count from the file's start. Any number of threads may use one.
public final class BlockReader {

  private final String name;
  private final FileChannel channel;
  private final long baseBytes;
  private final long sizeBytes;
  private final BlockDecompressor decompressor;

  /// A reader that never reads outside its image.
  ///
  /// @param name the file, for errors
  /// @param sizeBytes the image's end: nothing beyond is read
  public BlockReader(
      String name,
      FileChannel channel,
      long baseBytes,
      long sizeBytes,
      BlockDecompressor decompressor) {
    this.name = name;
    this.channel = channel;
    this.baseBytes = baseBytes;
    this.sizeBytes = sizeBytes;
    this.decompressor = decompressor;
  }

  /// Exactly `length` bytes, little endian, ready to be read.
  ///
  /// @param length checked against the image's size before anything is allocated
  public ByteBuffer bytes(long offsetBytes, int length, String field) throws IOException {
    return ByteBuffer.wrap(array(offsetBytes, length, field)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Bytes as they stand.
  public byte[] array(long offsetBytes, int length, String field) throws IOException {
    requireInside(offsetBytes, length, field);
    byte[] array = new byte[length];
    fill(ByteBuffer.wrap(array), offsetBytes, field);
    return array;
  }

  /// Fills what remains of a buffer.
  public void fill(ByteBuffer bytes, long offsetBytes, String field) throws IOException {
    requireInside(offsetBytes, bytes.remaining(), field);
    long at = baseBytes + offsetBytes;
    while (bytes.hasRemaining()) {
      int count = channel.read(bytes, at);
      if (count < 0) {
        throw malformed(offsetBytes, field, "the file ends inside");
      }
      at += count;
    }
  }

  /// Appends bytes to a file, at the place where that one stands.
  public void transfer(long offsetBytes, long lengthBytes, FileChannel to, String field)
      throws IOException {
    requireInside(offsetBytes, lengthBytes, field);
    for (long done = 0; done < lengthBytes; ) {
      long count = channel.transferTo(baseBytes + offsetBytes + done, lengthBytes - done, to);
      if (count <= 0) {
        throw malformed(offsetBytes, field, "the file ends inside");
      }
      done += count;
    }
  }

  /// Fills `output` from a data or fragment block.
  ///
  /// @param sizeWord bytes on disk, bit 24 set if stored without compression
  /// @return how many bytes the block holds; never more than `output`
  public int block(long offsetBytes, int sizeWord, byte[] output, String field) throws IOException {
    int length = diskBytes(offsetBytes, sizeWord, output.length, field);
    boolean stored = SizeWord.isStored(sizeWord);
    return unpack(array(offsetBytes, length, field), stored, output, offsetBytes, field);
  }

  /// How many bytes a size word says a block has on disk.
  ///
  /// @param mostBytes more are malformed
  public int diskBytes(long offsetBytes, int sizeWord, int mostBytes, String field)
      throws MalformedImageException {
    int length = SizeWord.diskBytes(sizeWord);
    if (length <= 0 || length > mostBytes) {
      throw malformed(
          offsetBytes,
          field,
          "its size is %d, wanted 1 to %d".formatted(Integer.toUnsignedLong(length), mostBytes));
    }
    return length;
  }

  /// Refuses bytes that are not inside of the image.
  public void requireInside(long offsetBytes, long length, String field)
      throws MalformedImageException {
    if (offsetBytes < 0 || length > sizeBytes - offsetBytes) {
      throw malformed(
          offsetBytes, field, "%d bytes do not fit into %d".formatted(length, sizeBytes));
    }
  }

  /// The metadata block at an offset.
  public MetadataBlock metadataBlock(long offsetBytes, String field) throws IOException {
    int header = bytes(offsetBytes, 2, field).getShort() & 0xffff;
    boolean stored = (header & MetadataBlock.STORED_FLAG) != 0;
    int length = header & ~MetadataBlock.STORED_FLAG;
    if (length == 0 || length > MetadataBlock.BYTES) {
      throw malformed(
          offsetBytes, field, "a metadata block of %d bytes, wanted 1 to 8192".formatted(length));
    }
    byte[] output = new byte[MetadataBlock.BYTES];
    byte[] input = array(offsetBytes + 2, length, field);
    int size = unpack(input, stored, output, offsetBytes, field);
    if (size == 0) {
      throw malformed(offsetBytes, field, "an empty metadata block");
    }
    return new MetadataBlock(output, size, offsetBytes + 2 + length);
  }

  private int unpack(byte[] input, boolean stored, byte[] output, long offsetBytes, String field)
      throws IOException {
    if (stored) {
      System.arraycopy(input, 0, output, 0, input.length);
      return input.length;
    }
    try {
      return decompressor.decompress(input, input.length, output);
    } catch (CorruptBlockException e) {
      throw (IOException)
          malformed(offsetBytes, field, String.valueOf(e.getMessage())).initCause(e);
    }
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  public MalformedImageException malformed(long offsetBytes, String field, String reason) {
    return new MalformedImageException(
        name, offsetBytes < 0 ? -1 : baseBytes + offsetBytes, field, reason);
  }
}
