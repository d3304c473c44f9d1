package dev.skiff.image.gzip;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.ZipException;

/// The plain bytes of one or more gzip members in a row. Length and CRC of each are checked; bytes
/// behind the last that are no further member are an error.
///
/// Memory: 250 kB. One thread at a time.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
public final class GzipStream extends InputStream {

  private static final int MAGIC = 0x8B1F;
  private static final int DEFLATE = 8;
  private static final int HAS_HEADER_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xE0;

  /// Modification time, extra flags, operating system.
  private static final int FIXED_REST_BYTES = 6;

  private static final int LONGEST_TEXT = 1 << 16;

  private final InputStream stored;
  private final DeflateInput input;
  private final DeflateDecoder decoder;
  private final CRC32 crc = new CRC32();
  private long memberBytes;
  private boolean ended;

  /// A stream at the start of the first member; reads its header at once. Closing closes `stored`.
  ///
  /// @throws ZipException if no gzip member begins here
  public GzipStream(InputStream stored) throws IOException {
    this.stored = stored;
    input = new DeflateInput(stored);
    decoder = new DeflateDecoder(input);
    readHeader();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /// @throws ZipException if the bytes are no gzip stream, by what is wrong with them
  /// @throws java.io.EOFException if they end within a member
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    int available = available();
    if (available == 0) {
      return -1;
    }
    int count = Math.min(available, length);
    int from = decoder.position();
    System.arraycopy(decoder.window(), from, bytes, offset, count);
    crc.update(decoder.window(), from, count);
    memberBytes += count;
    decoder.take(count);
    return count;
  }

  /// Decodes until there is something, or the last member is at its end.
  @Override
  public int available() throws IOException {
    while (!ended) {
      int count = decodedBytes();
      if (count > 0) {
        return count;
      }
      readTrailer();
      if (input.isAtEnd()) {
        ended = true;
      } else {
        readHeader();
      }
    }
    return 0;
  }

  private int decodedBytes() throws IOException {
    try {
      return decoder.available();
    } catch (DataFormatException e) {
      throw (ZipException) new ZipException(e.getMessage()).initCause(e);
    }
  }

  private void readHeader() throws IOException {
    if (input.take(16) != MAGIC) {
      throw new ZipException("no gzip member begins where one should");
    }
    if (input.take(8) != DEFLATE) {
      throw new ZipException("the method of compression is not deflate");
    }
    int flags = input.take(8);
    if ((flags & RESERVED) != 0) {
      throw new ZipException("a reserved flag is set");
    }
    skip(FIXED_REST_BYTES);
    if ((flags & HAS_EXTRA) != 0) {
      skip(input.take(16));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_HEADER_CRC) != 0) {
      skip(2);
    }
    decoder.start();
    crc.reset();
    memberBytes = 0;
  }

  private void readTrailer() throws IOException {
    input.alignToByte();
    if (input.take(32) != (int) crc.getValue()) {
      throw new ZipException("the CRC-32 is not that of the bytes");
    }
    if (input.take(32) != (int) memberBytes) {
      throw new ZipException("the length is not that of the bytes");
    }
    input.alignToByte();
    input.requireNotOverrun();
  }

  private void skip(int bytes) throws IOException {
    for (int left = bytes; left > 0; left--) {
      int _ = input.take(8);
    }
  }

  private void skipText() throws IOException {
    int left = LONGEST_TEXT;
    while (input.take(8) != 0) {
      left--;
      if (left == 0) {
        throw new ZipException("a name or comment in its header has no end");
      }
    }
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}
