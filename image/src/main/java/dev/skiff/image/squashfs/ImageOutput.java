package dev.skiff.image.squashfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Appends to the part of a file that begins at a base offset. Offsets here count from that base.
final class ImageOutput implements ByteSink {

  private final FileChannel channel;
  private final long baseBytes;
  private long positionBytes;
  private @Nullable MessageDigest hashed;

  ImageOutput(FileChannel channel, long baseBytes) {
    this.channel = channel;
    this.baseBytes = baseBytes;
  }

  long positionBytes() {
    return positionBytes;
  }

  /// Continues at an earlier or later place; what stands there is overwritten.
  void moveTo(long newPositionBytes) {
    positionBytes = newPositionBytes;
  }

  /// From now on, everything appended is hashed as well.
  void hashInto(MessageDigest digest) {
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

  /// Appends bytes of another image, which are not hashed here.
  void copy(BlockReader from, long offsetBytes, long lengthBytes) throws IOException {
    var _ = channel.position(baseBytes + positionBytes);
    from.copy(offsetBytes, lengthBytes, channel);
    positionBytes += lengthBytes;
  }

  /// Writes all of a buffer somewhere else, leaving the position alone.
  void writeAt(long offsetBytes, ByteBuffer bytes) throws IOException {
    long at = baseBytes + offsetBytes;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /// Makes the file end at the position: anything beyond is left over from withdrawn duplicates.
  void cutHere() throws IOException {
    long end = baseBytes + positionBytes;
    if (channel.size() > end) {
      var _ = channel.truncate(end);
    }
  }
}
