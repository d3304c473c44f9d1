package dev.skiff.image.tree;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One component of a path: 1 to 255 bytes, no `/`, no NUL, neither `.` nor `..`. Ordered by
/// unsigned bytes, which is the order SquashFS directories need.
public final class FileName implements Comparable<FileName> {

  /// Linux's NAME_MAX.
  public static final int LONGEST_BYTES = 255;

  private static final int WHITEOUT_BYTES = ".wh.".length();

  private final byte[] bytes;

  private FileName(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A name of exactly these bytes.
  ///
  /// @throws IllegalArgumentException if they are no usable name
  public static FileName of(byte[] bytes) {
    return of(bytes, LONGEST_BYTES);
  }

  /// The name of an entry that hides a file of a lower layer, which never becomes a file: longer
  /// than names are by its `.wh.`.
  ///
  /// @throws IllegalArgumentException if they are no usable name
  public static FileName ofWhiteout(byte[] bytes) {
    return of(bytes, LONGEST_BYTES + WHITEOUT_BYTES);
  }

  private static FileName of(byte[] bytes, int mostBytes) {
    if (bytes.length == 0 || bytes.length > mostBytes) {
      throw new IllegalArgumentException(
          "a file name has 1 to %d bytes, not %d".formatted(LONGEST_BYTES, bytes.length));
    }
    for (byte b : bytes) {
      if (b == '/' || b == 0) {
        throw new IllegalArgumentException("a file name holds neither '/' nor NUL");
      }
    }
    FileName name = new FileName(bytes.clone());
    if (name.isDots()) {
      throw new IllegalArgumentException("'.' and '..' are no file names");
    }
    return name;
  }

  public static FileName of(String name) {
    return of(name.getBytes(StandardCharsets.UTF_8));
  }

  /// Whether a text could be the name of a file at all.
  public static boolean isUsable(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    boolean dots = name.equals(".") || name.equals("..");
    return length > 0
        && length <= LONGEST_BYTES
        && !dots
        && name.indexOf('/') < 0
        && name.indexOf(0) < 0;
  }

  private boolean isDots() {
    return bytes[0] == '.' && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.'));
  }

  /// A name of bytes that were a name's before; they are not copied.
  static FileName ofChecked(byte[] bytes) {
    return new FileName(bytes);
  }

  /// The bytes themselves, not to be changed.
  byte[] bytesForReading() {
    return bytes;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /// Whether the name is exactly these bytes.
  public boolean hasBytes(byte[] other) {
    return Arrays.equals(bytes, other);
  }

  public int length() {
    return bytes.length;
  }

  @Override
  public int compareTo(FileName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileName name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// The name as UTF-8; bytes that are none show as the replacement character.
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
