package dev.skiff.image.oci.layer;

import dev.skiff.image.MalformedImageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Counts what layers hold against the limits.
final class MergeBudget {

  private final MergeLimits limits;
  private long bytes;
  private long entries;

  MergeBudget(MergeLimits limits) {
    this.limits = limits;
  }

  void addEntry(String layer) throws MalformedImageException {
    entries++;
    if (entries > limits.entries()) {
      throw new MalformedImageException(
          layer, -1, "entries", "the layers have more than %d".formatted(limits.entries()));
    }
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
