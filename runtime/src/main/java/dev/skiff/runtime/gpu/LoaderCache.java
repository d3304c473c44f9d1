package dev.skiff.runtime.gpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The dynamic loader's list of libraries, /etc/ld.so.cache, in the form `glibc-ld.so.cache1.1`.
///
/// ```text
///  0  "glibc-ld.so.cache1.1"        20 bytes (an older list, "ld.so-1.7.0", may stand before it)
/// 20  nlibs                         u32
/// 24  size of the string table      u32
/// 28  flags, extension, reserved    5 * u32
/// 48  nlibs entries of 24 bytes     flags i32, key u32, value u32, osversion u32, hwcap u64
///     strings                       NUL-terminated; key and value count from byte 0
/// ```
///
/// @see <a
///   href="https://sourceware.org/git/?p=glibc.git;a=blob;f=sysdeps/generic/dl-cache.h">glibc:
///   dl-cache.h</a>
final class LoaderCache {

  private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OLD_MAGIC = "ld.so-1.7.0".getBytes(StandardCharsets.US_ASCII);
  private static final int OLD_HEADER = 16;
  private static final int OLD_ENTRY = 12;
  private static final int HEADER = 48;
  private static final int ENTRY = 24;
  private static final int LONGEST_STRING = 4096;

  private LoaderCache() {}

  /// A library: the name programs ask for, and where it lies.
  record Entry(String name, String path) {}

  /// The driver's entries in the cache's order, in which the loader prefers them; none when the
  /// bytes are something else. Entries that point out of the file are left out.
  static List<Entry> parse(byte[] bytes, DriverParts parts) {
    int start = begin(bytes);
    if (start < 0) {
      return List.of();
    }
    ByteBuffer cache =
        ByteBuffer.wrap(bytes, start, bytes.length - start).slice().order(ByteOrder.nativeOrder());
    if (cache.limit() < HEADER) {
      return List.of();
    }
    long stated = Integer.toUnsignedLong(cache.getInt(MAGIC.length));
    int count = (int) Math.min(stated, (cache.limit() - HEADER) / ENTRY);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = HEADER + i * ENTRY;
      String name = string(cache, cache.getInt(at + 4));
      if (parts.hasLibrary(name)) { // the others need no second string
        entries.add(new Entry(name, string(cache, cache.getInt(at + 8))));
      }
    }
    return entries;
  }

  private static int begin(byte[] bytes) {
    if (startsWith(bytes, 0, MAGIC)) {
      return 0;
    }
    if (!startsWith(bytes, 0, OLD_MAGIC) || bytes.length < OLD_HEADER) {
      return -1;
    }
    long count =
        Integer.toUnsignedLong(
            ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(OLD_HEADER - 4));
    long end = OLD_HEADER + count * OLD_ENTRY;
    long aligned = (end + 7) / 8 * 8;
    return aligned < bytes.length && startsWith(bytes, (int) aligned, MAGIC) ? (int) aligned : -1;
  }

  private static boolean startsWith(byte[] bytes, int from, byte[] magic) {
    if (bytes.length - from < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (bytes[from + i] != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static String string(ByteBuffer cache, int offset) {
    if (offset < 0 || offset >= cache.limit()) {
      return "";
    }
    int end = offset;
    int last = Math.min(cache.limit(), offset + LONGEST_STRING);
    while (end < last && cache.get(end) != 0) {
      end++;
    }
    return end == last
        ? ""
        : new String(
            cache.array(), cache.arrayOffset() + offset, end - offset, StandardCharsets.UTF_8);
  }
}
