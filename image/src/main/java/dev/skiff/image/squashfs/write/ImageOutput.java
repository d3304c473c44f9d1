package dev.skiff.image.squashfs.write;

import dev.skiff.image.squashfs.format.BlockReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Appends to the part of a file that begins at a base offset. Offsets here count from that base.
public final class ImageOutput implements ByteSink {

  private final FileChannel channel;
  private final long baseBytes;
  private long positionBytes;
  private @Nullable MessageDigest hashed;

  public ImageOutput(FileChannel channel, long baseBytes) {
    this.channel = channel;
    this.baseBytes = baseBytes;
  }

  public long positionBytes() {
    return positionBytes;
  }

  /// Continues at an earlier or later place; what stands there is overwritten.
  public void moveTo(long newPositionBytes) {
    positionBytes = newPositionBytes;
  }

  /// From now on, everything appended is hashed as well.
  public void hashInto(MessageDigest digest) {
    hashed = digest;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    writeAt(positionBytes, ByteBuffer.wrap(bytes, offset, length));
    positionBytes += length;
    if (hashed != null) {
      hashed.update(bytes, offset, length);
    }
  }

  /// Leaves room at the position for bytes that `writeAt` is to put there, which are not hashed.
  ///
  /// @return where it begins
  public long reserve(long lengthBytes) {
    long start = positionBytes;
    positionBytes += lengthBytes;
    return start;
  }

  /// Writes all of a buffer somewhere else, leaving the position alone. Usable from any thread.
  public void writeAt(long offsetBytes, ByteBuffer bytes) throws IOException {
    long at = baseBytes + offsetBytes;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /// Copies bytes of another image somewhere else, leaving the position alone. Usable from any
  /// thread.
  public synchronized void moveIn(
      long offsetBytes, BlockReader from, long startBytes, long lengthBytes) throws IOException {
    var _ = channel.position(baseBytes + offsetBytes); // which nothing else here goes by
    from.transfer(startBytes, lengthBytes, channel, "block");
  }

  /// Makes the file end at the position: anything beyond is left over from withdrawn duplicates.
  public void cutHere() throws IOException {
    long end = baseBytes + positionBytes;
    if (channel.size() > end) {
      var _ = channel.truncate(end);
    }
  }
}
