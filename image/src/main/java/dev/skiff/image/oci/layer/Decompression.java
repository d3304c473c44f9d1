package dev.skiff.image.oci.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.gzip.GzipStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Tells gzip, zstd and plain bytes apart by how they begin, and undoes the compression. Several
/// gzip members or zstd frames in a row are one stream, skippable frames are skipped.
public final class Decompression {

  private static final int BUFFER_BYTES = 1 << 16;

  /// What a zstd decoder may be made to allocate, as a power of two: 128 MiB, which is also all
  /// that `zstd -d` allows without `--long`.
  private static final int LARGEST_ZSTD_WINDOW_LOG = 27;

  private Decompression() {}

  /// The plain bytes of a stream that is perhaps compressed. Closing closes the stream given.
  ///
  /// @param name what the bytes are, for messages
  public static InputStream open(String name, InputStream stored) throws IOException {
    Watched watched = new Watched(new BufferedInputStream(stored, BUFFER_BYTES));
    watched.mark(4);
    byte[] start = watched.readNBytes(4);
    watched.reset();
    try {
      if (isGzip(start)) {
        return new Checked(new GzipStream(watched), watched, name, "gzip");
      }
      if (isZstd(start)) {
        ZstdInputStream zstd = new ZstdInputStream(watched).setLongMax(LARGEST_ZSTD_WINDOW_LOG);
        return new Checked(zstd, watched, name, "zstd");
      }
      return watched;
    } catch (IOException e) {
      throw watched.failed ? e : malformed(name, watched, "gzip", e);
    }
  }

  /// Whether bytes begin as a compressed stream does.
  ///
  /// @param start the first four bytes, or all there are
  public static boolean isCompressed(byte[] start) {
    return isGzip(start) || isZstd(start);
  }

  private static boolean isGzip(byte[] start) {
    return start.length >= 2 && start[0] == 0x1F && start[1] == (byte) 0x8B;
  }

  private static boolean isZstd(byte[] start) {
    if (start.length < 4) {
      return false;
    }
    boolean frame =
        start[0] == 0x28 && start[1] == (byte) 0xB5 && start[2] == 0x2F && start[3] == (byte) 0xFD;
    boolean skippable =
        (start[0] & 0xF0) == 0x50 && start[1] == 0x2A && start[2] == 0x4D && start[3] == 0x18;
    return frame || skippable;
  }

  private static MalformedImageException malformed(
      String name, Watched watched, String format, IOException cause) {
    String said = cause.getMessage() == null ? "it ends too early" : cause.getMessage();
    boolean window =
        cause instanceof ZstdIOException zstd
            && zstd.getErrorCode() == Zstd.errFrameParameterWindowTooLarge();
    String reason =
        window
            ? "its window is larger than %d bytes".formatted(1L << LARGEST_ZSTD_WINDOW_LOG)
            : "corrupt or cut short: " + said;
    MalformedImageException malformed =
        new MalformedImageException(name, watched.count, format, reason);
    malformed.initCause(cause);
    return malformed;
  }

  /// Knows how far the compressed bytes were read, and whether reading them failed.
  private static final class Watched extends FilterInputStream {

    private long count;
    private boolean failed;

    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        int read = in.read(buffer, offset, length);
        count += Math.max(read, 0);
        return read;
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }

  /// Turns what a decompressor complains about into a malformed layer, and leaves a disk's or the
  /// network's errors as they are.
  private static final class Checked extends FilterInputStream {

    private final Watched watched;
    private final String name;
    private final String format;

    Checked(InputStream in, Watched watched, String name, String format) {
      super(in);
      this.watched = watched;
      this.name = name;
      this.format = format;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (IOException e) {
        throw watched.failed ? e : malformed(name, watched, format, e);
      }
    }
  }
}
