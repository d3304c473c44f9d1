package dev.skiff.image.tar;

import dev.skiff.image.MalformedImageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The records of a PAX header: keyword to value, where values are bytes.
///
/// @see <a
///   href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03">pax
///   Extended Header</a>
final class PaxRecords {

  private static final int LONGEST_XATTR_NAME = 255; // XATTR_NAME_MAX
  private static final int LARGEST_XATTR = 1 << 16; // XATTR_SIZE_MAX
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern TIME = Pattern.compile("(-?[0-9]{1,18})(\\.[0-9]*)?");
  private static final String XATTR = "SCHILY.xattr.";
  private static final String XATTR_BASE64 = "LIBARCHIVE.xattr.";
  private static final String ACL = "system.posix_acl_";

  private final Map<String, byte[]> records = new LinkedHashMap<>();

  /// Takes a header's records in; an empty value takes a keyword away.
  void read(TarHeader header, byte[] bytes) throws MalformedImageException {
    int at = 0;
    StringBuilder offsets =
        new StringBuilder(); // of GNU's sparse format 0.0, whose keywords repeat
    while (at < bytes.length) {
      int space = indexOf(bytes, ' ', at, Math.min(bytes.length, at + 11));
      int length =
          space < 0 ? -1 : length(new String(bytes, at, space - at, StandardCharsets.US_ASCII));
      if (length < 0 || length > bytes.length - at || length <= space + 1 - at) {
        throw header.malformed("pax record", "the length at byte %d is wrong".formatted(at));
      }
      int end = at + length;
      int equals = indexOf(bytes, '=', space + 1, end);
      if (bytes[end - 1] != '\n' || equals < 0) {
        throw header.malformed("pax record", "no KEY=VALUE line at byte %d".formatted(at));
      }
      String key = new String(bytes, space + 1, equals - space - 1, StandardCharsets.UTF_8);
      put(key, Arrays.copyOfRange(bytes, equals + 1, end - 1), offsets);
      at = end;
    }
    if (!offsets.isEmpty()) {
      records.put("GNU.sparse.map", offsets.toString().getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void put(String key, byte[] value, StringBuilder offsets) {
    if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      offsets.append(offsets.isEmpty() ? "" : ",");
      offsets.append(new String(value, StandardCharsets.US_ASCII));
    } else if (value.length == 0 && !key.startsWith(XATTR)) {
      records.remove(key);
    } else {
      records.put(key, value);
    }
  }

  private static int length(String digits) {
    return NUMBER.matcher(digits).matches() && digits.length() < 10 ? Integer.parseInt(digits) : -1;
  }

  private static int indexOf(byte[] bytes, char wanted, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /// These records, and the other's where this has none.
  PaxRecords over(PaxRecords other) {
    if (records.isEmpty() || other.records.isEmpty()) {
      return records.isEmpty() ? other : this;
    }
    PaxRecords both = new PaxRecords();
    both.records.putAll(other.records);
    both.records.putAll(records);
    return both;
  }

  Optional<byte[]> bytes(String key) {
    return Optional.ofNullable(records.get(key));
  }

  Optional<String> text(String key) {
    return bytes(key).map(value -> new String(value, StandardCharsets.UTF_8));
  }

  long number(TarHeader header, String key, long otherwise) throws MalformedImageException {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!NUMBER.matcher(text.get()).matches()) {
      throw header.malformed(key, "'%s' is no decimal number".formatted(shown(text.get())));
    }
    return Long.parseLong(text.get());
  }

  /// Whole seconds, rounded down.
  long seconds(TarHeader header, String key, long otherwise) throws MalformedImageException {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    var time = TIME.matcher(text.get());
    if (!time.matches()) {
      throw header.malformed(key, "'%s' is no time in seconds".formatted(shown(text.get())));
    }
    long whole = Long.parseLong(time.group(1));
    boolean fraction = time.group(2) != null && time.group(2).chars().anyMatch(c -> c > '0');
    return whole - (text.get().startsWith("-") && fraction ? 1 : 0);
  }

  /// The extended attributes that a file can have on any file system, POSIX ACLs among them. What
  /// overlayfs noted about itself is not part of an image.
  SortedMap<String, byte[]> xattrs(TarHeader header) throws MalformedImageException {
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      if (record.getKey().startsWith(XATTR)) {
        putXattr(header, xattrs, record.getKey().substring(XATTR.length()), record.getValue());
      }
    }
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      if (record.getKey().startsWith(XATTR_BASE64)) {
        String name = record.getKey().substring(XATTR_BASE64.length());
        if (!xattrs.containsKey(name)) {
          putXattr(header, xattrs, name, base64(header, name, record.getValue()));
        }
      }
    }
    return xattrs;
  }

  private static byte[] base64(TarHeader header, String name, byte[] value)
      throws MalformedImageException {
    try {
      return Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw header.malformed(XATTR_BASE64 + name, "it is no base64");
    }
  }

  private static void putXattr(
      TarHeader header, SortedMap<String, byte[]> xattrs, String name, byte[] value)
      throws MalformedImageException {
    boolean kept =
        name.startsWith("user.")
            || name.startsWith("trusted.")
            || name.startsWith("security.")
            || name.startsWith(ACL);
    if (!kept || name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.")) {
      return;
    }
    int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (nameBytes > LONGEST_XATTR_NAME || value.length > LARGEST_XATTR || name.indexOf(0) >= 0) {
      throw header.malformed(
          XATTR + shown(name),
          "%d bytes of name and %d of value are no extended attribute"
              .formatted(nameBytes, value.length));
    }
    xattrs.put(name, value);
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
