package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.StagedContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// Keeps the contents of files as numbered files in a directory, until the whole tree is known and
/// can be made. The directory and what is left in it are the caller's.
public final class StagedContents implements ContentSink {

  private static final int BUFFER_BYTES = 1 << 16;

  private final Path directory;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final byte[] zeros = new byte[BUFFER_BYTES];
  private final long mostBytes;
  private long written;
  private long count;

  /// Contents in a directory that is empty and on the file system where the tree will be.
  ///
  /// @param mostBytes how many bytes may be written; holes do not count
  public StagedContents(Path directory, long mostBytes) {
    this.directory = directory;
    this.mostBytes = mostBytes;
  }

  private record StagedFile(Path file, long sizeBytes) implements StagedContent {

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }
  }

  /// Writes one content; long runs of zeros become holes.
  @Override
  public FileContent store(InputStream in, long sizeBytes) throws IOException {
    Path file = directory.resolve(Long.toString(count));
    count++;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long position = 0;
      for (int read = fill(in); read > 0; read = fill(in)) {
        position += read;
        boolean hole = Arrays.equals(buffer, 0, read, zeros, 0, read);
        if (!hole || position == sizeBytes) { // the last block gives the file its length
          write(channel, position - read, read);
        }
      }
    }
    return new StagedFile(file, sizeBytes);
  }

  private int fill(InputStream in) throws IOException {
    return in.readNBytes(buffer, 0, BUFFER_BYTES);
  }

  private void write(FileChannel channel, long position, int length) throws IOException {
    written += length;
    if (written > mostBytes) {
      throw new IOException(
          "No space left on device: the files have more than %d bytes".formatted(mostBytes));
    }
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }
}
