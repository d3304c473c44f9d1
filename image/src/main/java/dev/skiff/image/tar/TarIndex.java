package dev.skiff.image.tar;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where the files of a plain tar lie, so that they are read in place instead of being unpacked.
/// Files may be read by several threads at once.
public final class TarIndex implements Closeable {

  private static final int MOST_ENTRIES = 100_000;
  private static final long MOST_PATH_BYTES = 64 << 20;
  private static final int MOST_LINKS = 8;

  private final String name;
  private final FileChannel channel;
  private final Map<TarPath, Slice> files = new HashMap<>();
  private final Map<TarPath, TarPath> links = new HashMap<>();
  private long pathBytes;

  private record Slice(long offsetBytes, long lengthBytes) {}

  private TarIndex(String name, FileChannel channel) {
    this.name = name;
    this.channel = channel;
  }

  /// Reads the headers of a tar, skipping over contents.
  ///
  /// @param name the archive as messages name it
  /// @param file a tar without compression; stays open until this is closed
  public static TarIndex open(String name, Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    TarIndex index = new TarIndex(name, channel);
    try {
      index.read();
      return index;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void read() throws IOException {
    TarReader reader =
        new TarReader(name, new BufferedInputStream(Channels.newInputStream(channel), 4096));
    int count = 0;
    for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      count++;
      if (count > MOST_ENTRIES) {
        throw malformed("entries", "more than %d".formatted(MOST_ENTRIES));
      }
      hold(entry.get().path());
      switch (entry.get()) {
        case FileEntry file when file.sizeBytes() == file.storedBytes() ->
            files.put(file.path(), new Slice(reader.contentOffsetBytes(), file.sizeBytes()));
        case FileEntry file -> throw malformed(file.path().toString(), "it is a sparse file");
        case LinkEntry link -> links.put(link.path(), hold(link.target()));
        case NodeEntry node when node.node() instanceof Symlink link ->
            links.put(node.path(), hold(target(node.path(), link)));
        case NodeEntry _, DirectoryEntry _ -> {} // no file to read
      }
    }
    // A file that ends within its content is told by its length.
    for (Map.Entry<TarPath, Slice> file : files.entrySet()) {
      Slice slice = file.getValue();
      if (slice.lengthBytes > channel.size() - slice.offsetBytes) {
        throw malformed(file.getKey().toString(), "the archive ends within it");
      }
    }
  }

  /// Counts a path that is kept.
  private TarPath hold(TarPath path) throws MalformedImageException {
    pathBytes += path.memoryBytes();
    if (pathBytes > MOST_PATH_BYTES) {
      throw malformed(
          "entries", "their names take more than %d bytes of memory".formatted(MOST_PATH_BYTES));
    }
    return path;
  }

  private MalformedImageException malformed(String field, String reason) {
    return new MalformedImageException(name, -1, field, reason);
  }

  private TarPath target(TarPath link, Symlink symlink) throws MalformedImageException {
    String target = new String(symlink.target(), StandardCharsets.UTF_8);
    String whole = target.startsWith("/") ? target : link.parent() + "/" + target;
    try {
      return TarPath.of(whole);
    } catch (IllegalArgumentException e) {
      throw malformed(link.toString(), String.valueOf(e.getMessage()));
    }
  }

  private Optional<Slice> find(String path) {
    TarPath here;
    try {
      here = TarPath.of(path);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no entry has such a path
    }
    for (int i = 0; i < MOST_LINKS && links.containsKey(here); i++) {
      here = links.getOrDefault(here, here);
    }
    return Optional.ofNullable(files.get(here));
  }

  /// Whether there is a file, or a link to one.
  public boolean has(String path) {
    return find(path).isPresent();
  }

  /// A file's length.
  ///
  /// @throws MalformedImageException if there is no such file
  public long sizeBytes(String path) throws MalformedImageException {
    return required(path).lengthBytes;
  }

  /// A file's bytes; the caller closes.
  ///
  /// @throws MalformedImageException if there is no such file
  public InputStream open(String path) throws MalformedImageException {
    return new SliceStream(channel, required(path));
  }

  private Slice required(String path) throws MalformedImageException {
    return find(path).orElseThrow(() -> malformed("entries", "there is no '%s'".formatted(path)));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /// Reads a stretch of a file without moving the channel's own position.
  private static final class SliceStream extends InputStream {

    private final FileChannel channel;
    private final long endBytes;
    private long position;

    SliceStream(FileChannel channel, Slice slice) {
      this.channel = channel;
      this.position = slice.offsetBytes;
      this.endBytes = slice.offsetBytes + slice.lengthBytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position == endBytes) {
        return -1;
      }
      int wanted = (int) Math.min(length, endBytes - position);
      int count = channel.read(ByteBuffer.wrap(buffer, offset, wanted), position);
      position += Math.max(count, 0);
      return count;
    }
  }
}
