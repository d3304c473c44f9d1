package dev.skiff.image.tar.listing;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.AttributesPool;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/// Takes apart what `EntryWriter` put together, believing none of it.
final class EntryReader {

  private static final int LONGEST_XATTR_NAME = 255; // XATTR_NAME_MAX
  private static final int LARGEST_XATTR = 1 << 16; // XATTR_SIZE_MAX

  private final String name;
  private final byte[] bytes;
  private final byte[] path = new byte[TarPath.LONGEST_BYTES];
  private final AttributesPool pool = new AttributesPool();
  private int pathLength;
  private int at;

  /// @param name what is read, for messages
  EntryReader(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  boolean atEnd() {
    return at == bytes.length;
  }

  TarEntry read() throws MalformedImageException {
    int start = at;
    try {
      return entry();
    } catch (IllegalArgumentException e) { // how paths, names and attributes refuse what they get
      throw new MalformedImageException(name, start, "entry", String.valueOf(e.getMessage()));
    }
  }

  private TarEntry entry() throws MalformedImageException {
    int kind = octet("kind");
    TarPath where = path();
    if (kind == EntryWriter.LINK) {
      return new LinkEntry(where, TarPath.of(field("link target", TarPath.LONGEST_BYTES)));
    }
    Attributes attributes = attributes();
    return switch (kind) {
      case EntryWriter.DIRECTORY -> new DirectoryEntry(where, attributes);
      case EntryWriter.FILE ->
          new FileEntry(
              where,
              attributes,
              number("size", Long.MAX_VALUE),
              number("stored size", Long.MAX_VALUE));
      case EntryWriter.SYMLINK -> new NodeEntry(where, symlink(attributes));
      case EntryWriter.CHARACTER_DEVICE ->
          new NodeEntry(where, device(attributes, Device.Kind.CHARACTER));
      case EntryWriter.BLOCK_DEVICE -> new NodeEntry(where, device(attributes, Device.Kind.BLOCK));
      case EntryWriter.FIFO -> new NodeEntry(where, new Fifo(attributes));
      case EntryWriter.SOCKET -> new NodeEntry(where, new Socket(attributes));
      default -> throw malformed("kind", "found " + kind);
    };
  }

  private TarPath path() throws MalformedImageException {
    int shared = (int) number("shared path", pathLength);
    int more = (int) number("path", path.length - shared);
    copy("path", path, shared, more);
    pathLength = shared + more;
    return TarPath.of(Arrays.copyOf(path, pathLength));
  }

  private Attributes attributes() throws MalformedImageException {
    int permissions = (int) number("permissions", 07777);
    long uid = number("uid", Attributes.UNSIGNED_32_BIT);
    long gid = number("gid", Attributes.UNSIGNED_32_BIT);
    long mtime = number("mtime", Attributes.UNSIGNED_32_BIT);
    long count = number("xattrs", bytes.length - at);
    if (count == 0) {
      return pool.shared(Attributes.of(permissions, uid, gid, mtime));
    }
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    for (long i = 0; i < count; i++) {
      xattrs.put(xattrName(), field("xattr", LARGEST_XATTR));
    }
    return new Attributes(permissions, uid, gid, mtime, xattrs);
  }

  private String xattrName() throws MalformedImageException {
    String key = new String(field("xattr name", LONGEST_XATTR_NAME), StandardCharsets.UTF_8);
    boolean known =
        key.startsWith("user.") || key.startsWith("trusted.") || key.startsWith("security.");
    if (!known || key.indexOf(0) >= 0) {
      throw malformed("xattr name", "it is none of an image's");
    }
    return key;
  }

  private Symlink symlink(Attributes attributes) throws MalformedImageException {
    byte[] target = field("symlink", TarPath.LONGEST_BYTES - 1);
    for (byte b : target) {
      if (b == 0) {
        throw malformed("symlink", "it holds a NUL");
      }
    }
    return new Symlink(attributes, target);
  }

  private Device device(Attributes attributes, Device.Kind kind) throws MalformedImageException {
    int major = (int) number("major", 0xFFF);
    return new Device(attributes, kind, major, (int) number("minor", 0xFFFFF));
  }

  private byte[] field(String what, int most) throws MalformedImageException {
    int length = (int) number(what, most);
    requireLeft(what, length);
    byte[] value = new byte[length];
    copy(what, value, 0, length);
    return value;
  }

  private void copy(String what, byte[] to, int offset, int length) throws MalformedImageException {
    requireLeft(what, length);
    System.arraycopy(bytes, at, to, offset, length);
    at += length;
  }

  private void requireLeft(String what, int length) throws MalformedImageException {
    if (length > bytes.length - at) {
      throw malformed(what, "the listing ends within it");
    }
  }

  private long number(String what, long most) throws MalformedImageException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      int octet = octet(what);
      value |= (long) (octet & 0x7F) << shift;
      if ((octet & 0x80) == 0) {
        if (value < 0 || value > most) {
          throw malformed(what, "found %d, at most %d may be".formatted(value, most));
        }
        return value;
      }
    }
    throw malformed(what, "a number of more than 63 bits");
  }

  private int octet(String what) throws MalformedImageException {
    requireLeft(what, 1);
    return bytes[at++] & 0xFF;
  }

  private MalformedImageException malformed(String what, String reason) {
    return new MalformedImageException(name, at, what, reason);
  }
}
