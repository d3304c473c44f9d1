package dev.skiff.image.oci.layer;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tree.Attributes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Counts what layers hold against the limits, and what is known of them against the memory.
final class MergeBudget {

  /// A file with its place in its directory besides the name's own bytes, stored and keyed.
  private static final int FILE_BYTES = 150;

  private static final int DIRECTORY_BYTES = 200;
  private static final int ATTRIBUTES_BYTES = 48;

  /// With all that is in it while layers are merged, but for names.
  static final long OPEN_DIRECTORY_BYTES = 320;

  static final long WHITEOUT_BYTES = 96;
  static final long XATTR_BYTES = 160;

  private final MergeLimits limits;
  private final long mostMemoryBytes;
  private long memoryBytes;
  private long extraBytes;
  private @Nullable Attributes latest;
  private long bytes;
  private long entries;

  /// Most of the heap may be taken: some 1,100,000 files in 256 MiB.
  MergeBudget(MergeLimits limits) {
    this(limits, Runtime.getRuntime().maxMemory() / 8 * 7);
  }

  MergeBudget(MergeLimits limits, long mostMemoryBytes) {
    this.limits = limits;
    this.mostMemoryBytes = mostMemoryBytes;
  }

  /// Counts an entry of a layer that is being read.
  ///
  /// @throws IOException if memory would not suffice for more
  void addEntry(String layer, TarEntry entry) throws IOException {
    entries++;
    hold(layer, entry);
    if (entries > limits.entries()) {
      throw new MalformedImageException(
          layer, -1, "entries", "the layers have more than %d".formatted(limits.entries()));
    }
  }

  private void hold(String layer, TarEntry entry) throws IOException {
    Attributes attributes =
        switch (entry) {
          case DirectoryEntry directory -> directory.attributes();
          case FileEntry file -> file.attributes();
          case NodeEntry node -> node.node().attributes();
          case LinkEntry _ -> latest;
        };
    boolean shared = latest != null && latest.equals(attributes);
    latest = attributes;
    memoryBytes += entry instanceof DirectoryEntry ? DIRECTORY_BYTES : FILE_BYTES;
    memoryBytes += entry.path().isRoot() ? 0 : entry.path().name().length();
    memoryBytes += shared ? 0 : ATTRIBUTES_BYTES;
    if (memoryBytes > mostMemoryBytes) {
      throw new IOException(
          "%s: the image has more files than fit into %d MB of memory: %d so far"
              .formatted(layer, mostMemoryBytes >> 20, entries));
    }
  }

  /// Says what is kept of the layers read so far: what others hid was dropped.
  void keepOnly(long files, long directories) {
    memoryBytes =
        files * (FILE_BYTES + ATTRIBUTES_BYTES / 2) + directories * (long) DIRECTORY_BYTES;
  }

  /// Takes memory for what entries bring besides themselves: directories that they imply,
  /// whiteouts, extended attributes, targets of links.
  void addExtra(String layer, long taken) throws MalformedImageException {
    extraBytes += taken;
    if (extraBytes > limits.extraMemoryBytes()) {
      throw new MalformedImageException(
          layer,
          -1,
          "entries",
          "directories, attributes, whiteouts and links take more than %d bytes of memory"
              .formatted(limits.extraMemoryBytes()));
    }
  }

  /// Between two layers: gives back what is not kept.
  ///
  /// @param kept what everything that is merged takes
  void keepExtras(long kept) {
    extraBytes = Math.min(extraBytes, kept);
  }

  void addBytes(String layer, long count) throws MalformedImageException {
    if (count > limits.contentBytes() - bytes) {
      throw new MalformedImageException(
          layer,
          -1,
          "content",
          "unpacked, the layers have more than the %d bytes there is room for"
              .formatted(limits.contentBytes()));
    }
    bytes += count;
  }

  /// How many bytes were counted so far.
  long bytes() {
    return bytes;
  }

  /// A stream whose bytes count.
  InputStream watch(String layer, InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        addBytes(layer, Math.max(count, 0));
        return count;
      }

      @Override
      public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        addBytes(layer, skipped);
        return skipped;
      }
    };
  }
}
