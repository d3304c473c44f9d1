package dev.skiff.image.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes tar archives byte by byte, well formed or not, for tests.
public final class TarBytes {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int mode = 0644;
  private long mtime = 1_000_000;

  /// Permissions of the entries that follow.
  public TarBytes mode(int permissions) {
    mode = permissions;
    return this;
  }

  public TarBytes mtime(long seconds) {
    mtime = seconds;
    return this;
  }

  public TarBytes directory(String path) {
    return entry('5', path, "", new byte[0]);
  }

  public TarBytes file(String path, String content) {
    return entry('0', path, "", bytes(content));
  }

  public TarBytes file(String path, byte[] content) {
    return entry('0', path, "", content);
  }

  public TarBytes hardLink(String path, String target) {
    return entry('1', path, target, new byte[0]);
  }

  public TarBytes symlink(String path, String target) {
    return entry('2', path, target, new byte[0]);
  }

  public TarBytes fifo(String path) {
    return entry('6', path, "", new byte[0]);
  }

  /// The files `.wh.NAME` and `.wh..wh..opq`.
  public TarBytes whiteout(String path) {
    int slash = path.lastIndexOf('/') + 1;
    return file(path.substring(0, slash) + ".wh." + path.substring(slash), "");
  }

  public TarBytes opaque(String directory) {
    return file(directory + "/.wh..wh..opq", "");
  }

  /// A PAX header of `KEY=VALUE` records for the entry that follows.
  public TarBytes pax(String... keysAndValues) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      records.writeBytes(paxRecord(keysAndValues[i], bytes(keysAndValues[i + 1])));
    }
    return entry('x', "pax", "", records.toByteArray());
  }

  public static byte[] paxRecord(String key, byte[] value) {
    int payload = 1 + bytes(key).length + 1 + value.length + 1;
    int length = payload + 1;
    while (Integer.toString(length).length() + payload != length) {
      length++;
    }
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes(bytes(length + " " + key + "="));
    record.writeBytes(value);
    record.write('\n');
    return record.toByteArray();
  }

  public TarBytes entry(char type, String path, String link, byte[] content) {
    byte[] header = header(type, path, link, content.length);
    return raw(header, content);
  }

  /// A header and its content, filled up to whole blocks.
  public TarBytes raw(byte[] header, byte[] content) {
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[-content.length & 511]);
    return this;
  }

  /// A header whose fields a test may spoil before it is summed again by `sum`.
  public byte[] header(char type, String path, String link, long size) {
    byte[] header = new byte[512];
    put(header, 0, bytes(path));
    octal(header, 100, 8, mode);
    octal(header, 108, 8, 0);
    octal(header, 116, 8, 0);
    octal(header, 124, 12, size);
    octal(header, 136, 12, mtime);
    header[156] = (byte) type;
    put(header, 157, bytes(link));
    put(header, 257, bytes("ustar\00000"));
    octal(header, 329, 8, 0);
    octal(header, 337, 8, 0);
    return sum(header);
  }

  public static byte[] sum(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    octal(header, 148, 7, sum);
    return header;
  }

  private static void put(byte[] header, int at, byte[] value) {
    System.arraycopy(value, 0, header, at, value.length);
  }

  public static void octal(byte[] header, int at, int width, long value) {
    put(header, at, bytes(("%0" + (width - 1) + "o\0").formatted(value)));
  }

  /// UTF-8, so that tests can write most names as text.
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// The archive without its end, as tools write it that pad nothing.
  public byte[] withoutEnd() {
    return out.toByteArray();
  }

  public byte[] finished() {
    return Arrays.copyOf(out.toByteArray(), out.size() + 1024);
  }
}
