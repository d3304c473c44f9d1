package dev.skiff.image.tar;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.AttributesPool;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a tar archive from its start to its end: V7, POSIX ustar and PAX, GNU and star, with long
/// names, binary numbers, extended attributes and sparse files. Does not own the stream.
public final class TarReader {

  private static final int LINK_PERMISSIONS = 0777; // Linux has no others, whatever an archive says
  private static final int LARGEST_PAX_HEADER = 1 << 20; // as Go's archive/tar has it
  private static final int LARGEST_LONG_NAME = 1 << 16;
  private static final int MOST_GLOBAL_HEADERS = 1000;
  private static final long MOST_GLOBAL_BYTES = 1 << 16; // every entry has to carry them

  private final String name;
  private final InputStream in;
  private final PaxRecords global = new PaxRecords();
  private final AttributesPool pool = new AttributesPool();
  private long offsetBytes;
  private long contentLeft;
  private long paddingLeft;
  private int globalHeaders;
  private long globalBytes;
  private @Nullable SparseMap sparse;

  /// A reader at the start of an archive.
  ///
  /// @param name what the archive is, for messages
  public TarReader(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  /// The next entry, or nothing at the end; the rest of the entry before is skipped.
  ///
  /// @throws MalformedImageException if the archive breaks its format or ends within an entry
  public Optional<TarEntry> next() throws IOException {
    PaxRecords local = new PaxRecords();
    byte @Nullable [] longName = null;
    byte @Nullable [] longLink = null;
    boolean announced = false;
    long announcedBytes = 0;
    while (true) {
      skipContent();
      TarHeader header = readHeader();
      if (header == null) {
        return noEntry(announced);
      }
      announced |= header.type() != 'g' && header.type() != 'V';
      announcedBytes = countAnnounced(header, announcedBytes);
      switch (header.type()) {
        case 'L' -> longName = longText(header);
        case 'K' -> longLink = longText(header);
        case 'x', 'X' -> local.read(header, readWhole(header, LARGEST_PAX_HEADER));
        case 'g' -> readGlobal(header);
        case 'V' -> startContent(header, header.size());
        default -> {
          PaxRecords pax = local.over(global);
          return Optional.of(
              entry(
                  header,
                  pax,
                  pax.bytes("path").orElse(longName == null ? header.name() : longName),
                  pax.bytes("linkpath").orElse(longLink == null ? header.linkName() : longLink)));
        }
      }
    }
  }

  /// Any number of headers may stand before an entry, but they are kept until it comes.
  private static long countAnnounced(TarHeader header, long sum) throws MalformedImageException {
    if (header.type() != 'x' && header.type() != 'X') {
      return sum;
    }
    long size = header.size();
    if (size > LARGEST_PAX_HEADER - sum) {
      throw header.malformed(
          "size",
          "found %d, at most %d may be before one entry".formatted(size, LARGEST_PAX_HEADER));
    }
    return sum + Math.max(size, 0);
  }

  private Optional<TarEntry> noEntry(boolean announced) throws MalformedImageException {
    if (announced) {
      throw new MalformedImageException(
          name, offsetBytes, "typeflag", "the archive ends behind a header for an entry to come");
    }
    return Optional.empty();
  }

  private void readGlobal(TarHeader header) throws IOException {
    globalHeaders++;
    if (globalHeaders > MOST_GLOBAL_HEADERS) {
      throw header.malformed(
          "typeflag", "more than %d global headers".formatted(globalHeaders - 1));
    }
    globalBytes += header.size();
    if (globalBytes > MOST_GLOBAL_BYTES) {
      throw header.malformed(
          "size", "all global headers have more than %d bytes".formatted(MOST_GLOBAL_BYTES));
    }
    global.read(header, readWhole(header, LARGEST_LONG_NAME));
  }

  /// Where in the archive the bytes of the entry just returned begin.
  public long contentOffsetBytes() {
    return offsetBytes;
  }

  private TarEntry entry(TarHeader header, PaxRecords pax, byte[] rawPath, byte[] rawLink)
      throws IOException {
    char type = header.type();
    boolean regular = type == '0' || type == 0 || type == '7' || type == 'S';
    boolean named = pax.bytes("GNU.sparse.name").isPresent();
    TarPath path = path(header, "name", named ? pax.bytes("GNU.sparse.name").get() : rawPath);
    Attributes attributes = attributes(header, pax);
    boolean slash = rawPath.length > 0 && rawPath[rawPath.length - 1] == '/';
    if (regular && slash && (type == '0' || type == 0)) {
      return new DirectoryEntry(path, attributes); // how tar said it before there was a type
    }
    return switch (type) {
      case '0', 0, '7', 'S' -> file(header, pax, path, attributes);
      case '1' -> new LinkEntry(path, path(header, "linkname", rawLink));
      case '2' -> new NodeEntry(path, symlink(header, attributes, rawLink));
      case '3' -> new NodeEntry(path, device(header, attributes, Device.Kind.CHARACTER));
      case '4' -> new NodeEntry(path, device(header, attributes, Device.Kind.BLOCK));
      case '5' -> new DirectoryEntry(path, attributes);
      case '6' -> new NodeEntry(path, new Fifo(attributes));
      default ->
          throw header.malformed(
              "typeflag", "0x%02x is no kind of file that can be read".formatted((int) type));
    };
  }

  private static TarPath path(TarHeader header, String field, byte[] bytes)
      throws MalformedImageException {
    if (bytes.length == 0) {
      throw header.malformed(field, "it is empty");
    }
    try {
      return TarPath.of(bytes);
    } catch (IllegalArgumentException e) {
      throw header.malformed(field, String.valueOf(e.getMessage()));
    }
  }

  private Attributes attributes(TarHeader header, PaxRecords pax) throws MalformedImageException {
    return pool.shared(
        new Attributes(
            header.type() == '2' ? LINK_PERMISSIONS : header.permissions(),
            id(header, "uid", pax.number(header, "uid", header.uid())),
            id(header, "gid", pax.number(header, "gid", header.gid())),
            pax.seconds(header, "mtime", header.mtime()),
            pax.xattrs(header)));
  }

  private static long id(TarHeader header, String field, long value)
      throws MalformedImageException {
    if (value < 0 || value > Attributes.UNSIGNED_32_BIT) {
      throw header.malformed(field, "found %d, wanted 0 to 4294967295".formatted(value));
    }
    return value;
  }

  private static Symlink symlink(TarHeader header, Attributes attributes, byte[] target)
      throws MalformedImageException {
    boolean nul = false;
    for (byte b : target) {
      nul |= b == 0;
    }
    if (target.length == 0 || target.length > TarPath.LONGEST_BYTES || nul) {
      throw header.malformed(
          "linkname",
          "a symbolic link has 1 to 4095 bytes without NUL, found %d".formatted(target.length));
    }
    return new Symlink(attributes, target);
  }

  private static Device device(TarHeader header, Attributes attributes, Device.Kind kind)
      throws MalformedImageException {
    return new Device(attributes, kind, header.deviceMajor(), header.deviceMinor());
  }

  private FileEntry file(TarHeader header, PaxRecords pax, TarPath path, Attributes attributes)
      throws IOException {
    startContent(header, pax.number(header, "size", header.size()));
    SparseParser parser = new SparseParser(header, pax);
    long stored = contentLeft;
    if (header.type() == 'S' && header.isGnu()) {
      sparse = parser.gnu(this::readBlock, stored);
    } else if (pax.text("GNU.sparse.major").orElse("0").equals("1")) {
      List<SparseMap.Part> parts = parser.parts(this::readContentBlock);
      stored = contentLeft;
      sparse = parser.realSize(parts, stored);
    } else if (pax.bytes("GNU.sparse.map").isPresent()) {
      sparse = parser.realSize(parser.parts(), stored);
    }
    SparseMap map = sparse;
    return new FileEntry(path, attributes, map == null ? stored : map.sizeBytes(), stored);
  }

  /// The bytes of the file entry just returned, holes as zeros. Ends after exactly as many bytes as
  /// the entry said, or throws; the next call of `next` skips what was not read. Not to be closed.
  public InputStream content() {
    InputStream stored = new Content();
    return sparse == null ? stored : new SparseStream(stored, sparse);
  }

  private void startContent(TarHeader header, long size) throws MalformedImageException {
    if (size < 0 || size > Long.MAX_VALUE - offsetBytes - 2L * TarHeader.BLOCK_BYTES) {
      throw header.malformed("size", "found %d".formatted(size));
    }
    contentLeft = size;
    paddingLeft = -size & (TarHeader.BLOCK_BYTES - 1);
    sparse = null;
  }

  private void skipContent() throws IOException {
    try {
      in.skipNBytes(contentLeft);
    } catch (EOFException e) {
      throw new MalformedImageException(
          name,
          offsetBytes,
          "size",
          "the archive ends within an entry of %d bytes".formatted(contentLeft));
    }
    // Some writers leave out all that follows the last content: the padding and the end blocks.
    offsetBytes += contentLeft + in.readNBytes((int) paddingLeft).length;
    contentLeft = 0;
    paddingLeft = 0;
  }

  private @Nullable TarHeader readHeader() throws IOException {
    long start = offsetBytes;
    byte[] block = in.readNBytes(TarHeader.BLOCK_BYTES);
    offsetBytes += block.length;
    if (block.length == 0 || (block.length == TarHeader.BLOCK_BYTES && TarHeader.isZero(block))) {
      return null;
    }
    if (block.length < TarHeader.BLOCK_BYTES) {
      throw new MalformedImageException(name, start, "header", "the archive ends within it");
    }
    TarHeader header = new TarHeader(name, start, block);
    header.checkSum();
    return header;
  }

  private byte[] readBlock() throws IOException {
    byte[] block = in.readNBytes(TarHeader.BLOCK_BYTES);
    offsetBytes += block.length;
    if (block.length < TarHeader.BLOCK_BYTES) {
      throw new MalformedImageException(name, offsetBytes, "sparse map", "the archive ends in it");
    }
    return block;
  }

  private byte[] readContentBlock() throws IOException {
    if (contentLeft < TarHeader.BLOCK_BYTES) {
      throw new MalformedImageException(name, offsetBytes, "sparse map", "it is cut short");
    }
    contentLeft -= TarHeader.BLOCK_BYTES;
    return readBlock();
  }

  private byte[] longText(TarHeader header) throws IOException {
    byte[] text = readWhole(header, LARGEST_LONG_NAME);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return Arrays.copyOf(text, end);
  }

  private byte[] readWhole(TarHeader header, int most) throws IOException {
    long size = header.size();
    if (size < 0 || size > most) {
      throw header.malformed("size", "found %d, at most %d may be".formatted(size, most));
    }
    startContent(header, size);
    return new Content().readNBytes((int) size);
  }

  /// What is left of the current entry.
  private final class Content extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (contentLeft == 0) {
        return -1;
      }
      int count = in.read(buffer, offset, (int) Math.min(length, contentLeft));
      if (count < 0) {
        throw new MalformedImageException(
            name,
            offsetBytes,
            "size",
            "the archive ends %d bytes too early".formatted(contentLeft));
      }
      contentLeft -= count;
      offsetBytes += count;
      return count;
    }
  }
}
