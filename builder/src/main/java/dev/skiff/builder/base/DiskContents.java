package dev.skiff.builder.base;

import dev.skiff.image.oci.layer.ContentSink;
import dev.skiff.image.tree.FileContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Keeps file contents, one after the other, in a single file until the tree they belong to is
/// known.
final class DiskContents implements ContentSink, AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 18;

  private final FileChannel channel;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long endBytes;

  /// @param directory an existing one, with room
  DiskContents(Path directory) throws IOException {
    channel =
        FileChannel.open(
            directory.resolve("contents"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
  }

  @Override
  public FileContent store(InputStream in, long sizeBytes) throws IOException {
    long start = endBytes;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        endBytes += channel.write(bytes, endBytes);
      }
    }
    return new Stored(start, endBytes - start);
  }

  private final class Stored implements FileContent {
    private final long start;
    private final long sizeBytes;

    Stored(long start, long sizeBytes) {
      this.start = start;
      this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public InputStream open() throws IOException {
      if (sizeBytes == 0) {
        return new ByteArrayInputStream(new byte[0]);
      }
      return new Section(channel, start, sizeBytes);
    }
  }

  /// A stretch of the file; closing it closes nothing.
  private static final class Section extends InputStream {
    private final FileChannel channel;
    private long at;
    private long left;

    Section(FileChannel channel, long at, long left) {
      this.channel = channel;
      this.at = at;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int wanted = (int) Math.min(length, left);
      int count = channel.read(ByteBuffer.wrap(into, offset, wanted), at);
      if (count < 0) {
        throw new IOException("the stored contents end too early");
      }
      at += count;
      left -= count;
      return count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
