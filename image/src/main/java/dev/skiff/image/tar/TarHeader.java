package dev.skiff.image.tar;

import dev.skiff.image.MalformedImageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One header block of 512 bytes: the fields as they lie in it.
///
/// @see <a href="https://www.gnu.org/software/tar/manual/html_node/Standard.html">the tar
///   format</a>
final class TarHeader {

  static final int BLOCK_BYTES = 512;

  private final String file;
  private final long offsetBytes;
  private final byte[] block;

  TarHeader(String file, long offsetBytes, byte[] block) {
    this.file = file;
    this.offsetBytes = offsetBytes;
    this.block = block;
  }

  static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  MalformedImageException malformed(String field, String reason) {
    return new MalformedImageException(file, offsetBytes, field, reason);
  }

  /// Old archivers summed signed bytes, so both sums count.
  void checkSum() throws MalformedImageException {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK_BYTES; i++) {
      boolean inSum = i >= 148 && i < 156;
      unsigned += inSum ? ' ' : block[i] & 0xFF;
      signed += inSum ? ' ' : block[i];
    }
    long wanted = number("chksum", 148, 8);
    if (wanted != unsigned && wanted != signed) {
      throw malformed("chksum", "found %d, wanted %d".formatted(wanted, unsigned));
    }
  }

  char type() {
    return (char) (block[156] & 0xFF);
  }

  boolean isPosix() {
    return magic().equals("ustar\0");
  }

  boolean isGnu() {
    return magic().equals("ustar ");
  }

  private String magic() {
    return new String(block, 257, 6, StandardCharsets.ISO_8859_1);
  }

  /// The name, with the prefix that POSIX and star put elsewhere.
  byte[] name() {
    byte[] name = text(0, 100);
    if (!isPosix()) {
      return name;
    }
    boolean star = block[508] == 't' && block[509] == 'a' && block[510] == 'r' && block[511] == 0;
    byte[] prefix = text(345, star ? 131 : 155);
    if (prefix.length == 0) {
      return name;
    }
    byte[] joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    joined[prefix.length] = '/';
    System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
    return joined;
  }

  byte[] linkName() {
    return text(157, 100);
  }

  int permissions() throws MalformedImageException {
    return (int) (number("mode", 100, 8) & 07777);
  }

  long uid() throws MalformedImageException {
    return number("uid", 108, 8);
  }

  long gid() throws MalformedImageException {
    return number("gid", 116, 8);
  }

  long size() throws MalformedImageException {
    return number("size", 124, 12);
  }

  long mtime() throws MalformedImageException {
    return number("mtime", 136, 12);
  }

  int deviceMajor() throws MalformedImageException {
    return device("devmajor", number("devmajor", 329, 8), 0xFFF);
  }

  int deviceMinor() throws MalformedImageException {
    return device("devminor", number("devminor", 337, 8), 0xFFFFF);
  }

  private int device(String field, long value, int most) throws MalformedImageException {
    if (value < 0 || value > most) {
      throw malformed(field, "found %d, wanted 0 to %d".formatted(value, most));
    }
    return (int) value;
  }

  /// Bytes up to the first NUL.
  private byte[] text(int start, int length) {
    int end = start;
    while (end < start + length && block[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(block, start, end);
  }

  /// Another block of the same archive, read with the same numbers.
  TarHeader following(byte[] next) {
    return new TarHeader(file, offsetBytes, next);
  }

  /// Whether there is nothing at a place where a number could begin.
  boolean isBlank(int start) {
    return block[start] == 0;
  }

  /// A number in octal digits, or in base 256 when the first bit is set.
  long number(String field, int start, int length) throws MalformedImageException {
    return (block[start] & 0x80) != 0 ? binary(field, start, length) : octal(field, start, length);
  }

  private long octal(String field, int start, int length) throws MalformedImageException {
    int at = start;
    int end = start + length;
    while (at < end && (block[at] == ' ' || block[at] == 0)) {
      at++;
    }
    long value = 0;
    while (at < end && block[at] != ' ' && block[at] != 0) {
      if (block[at] < '0' || block[at] > '7') {
        throw malformed(field, "byte 0x%02x is no octal digit".formatted(block[at]));
      }
      value = (value << 3) | (block[at] - '0'); // twelve digits are 36 bits
      at++;
    }
    return value;
  }

  private long binary(String field, int start, int length) throws MalformedImageException {
    boolean negative = (block[start] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = 0; i < length; i++) {
      int b = i == 0 ? (negative ? block[start] : block[start] & 0x7F) : block[start + i];
      if (value != (value << 8) >> 8) {
        throw malformed(field, "the number has more than 64 bits");
      }
      value = (value << 8) | (b & 0xFF);
    }
    return value;
  }
}
