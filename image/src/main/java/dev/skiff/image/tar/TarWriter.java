package dev.skiff.image.tar;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileNode.Device;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// Writes a tar archive: POSIX ustar, with PAX records for what does not fit. Equal entries give
/// equal bytes: users have no names, and no record holds a time of its own.
///
/// Paths are bytes, relative, without a leading `./`; the root is the empty path. Parents are to
/// come before what is in them.
public final class TarWriter implements Closeable {

  private static final int BLOCK_BYTES = TarHeader.BLOCK_BYTES;
  private static final int RECORD_BLOCKS = 20; // 10 KiB, what tar reads at once
  private static final int NAME_BYTES = 100;
  private static final long MOST_ID = 07777777; // seven octal digits
  private static final long MOST_SIZE = 077777777777L; // eleven
  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] ROOT = {'.', '/'};
  private static final byte[] NO_TARGET = {};

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long blocks;

  /// A writer at the start of an archive; closing it ends the archive and closes the stream.
  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /// A directory.
  public void directory(byte[] path, Attributes attributes) throws IOException {
    byte[] name = path.length == 0 ? ROOT : Arrays.copyOf(path, path.length + 1);
    name[name.length - 1] = '/';
    header(new Entry(name, '5', attributes, 0, NO_TARGET, 0, 0));
  }

  /// A regular file with its bytes.
  ///
  /// @throws IOException also if the content has another length than it says
  public void file(byte[] path, Attributes attributes, FileContent content) throws IOException {
    long size = content.sizeBytes();
    header(new Entry(path, '0', attributes, size, NO_TARGET, 0, 0));
    long left = size;
    try (InputStream in = content.open()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        left -= read;
        if (left < 0) {
          throw changed(path);
        }
        out.write(buffer, 0, read);
      }
    }
    if (left != 0) {
      throw changed(path);
    }
    pad(size);
  }

  private static IOException changed(byte[] path) {
    return new IOException(
        "'%s' changed its size while it was read"
            .formatted(new String(path, StandardCharsets.UTF_8)));
  }

  /// Another name of a file that came before.
  public void hardLink(byte[] path, Attributes attributes, byte[] target) throws IOException {
    header(new Entry(path, '1', attributes, 0, target, 0, 0));
  }

  /// A symbolic link.
  public void symlink(byte[] path, Attributes attributes, byte[] target) throws IOException {
    header(new Entry(path, '2', attributes, 0, target, 0, 0));
  }

  /// A device node.
  public void device(byte[] path, Device device) throws IOException {
    char type = device.kind() == Device.Kind.BLOCK ? '4' : '3';
    header(
        new Entry(path, type, device.attributes(), 0, NO_TARGET, device.major(), device.minor()));
  }

  /// A named pipe.
  public void fifo(byte[] path, Attributes attributes) throws IOException {
    header(new Entry(path, '6', attributes, 0, NO_TARGET, 0, 0));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(
      byte[] path,
      char type,
      Attributes attributes,
      long size,
      byte[] target,
      int major,
      int minor) {}

  private void header(Entry entry) throws IOException {
    byte[] records = records(entry);
    if (records.length > 0) {
      byte[] name = "././@PaxHeader".getBytes(StandardCharsets.US_ASCII);
      Attributes plain = Attributes.of(0644, 0, 0, 0);
      block(new Entry(name, 'x', plain, records.length, NO_TARGET, 0, 0));
      out.write(records);
      pad(records.length);
    }
    block(entry);
  }

  private static byte[] records(Entry entry) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    if (entry.path().length > NAME_BYTES) {
      record(records, "path", entry.path());
    }
    if (entry.target().length > NAME_BYTES) {
      record(records, "linkpath", entry.target());
    }
    number(records, "size", entry.size(), MOST_SIZE);
    Attributes attributes = entry.attributes();
    number(records, "uid", attributes.uid(), MOST_ID);
    number(records, "gid", attributes.gid(), MOST_ID);
    for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
      record(records, "SCHILY.xattr." + xattr.getKey(), xattr.getValue());
    }
    return records.toByteArray();
  }

  private static void number(ByteArrayOutputStream records, String key, long value, long most) {
    if (value > most) {
      record(records, key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// `LENGTH KEY=VALUE` and a line feed, where the length counts its own digits.
  private static void record(ByteArrayOutputStream records, String key, byte[] value) {
    byte[] name = (" " + key + "=").getBytes(StandardCharsets.UTF_8);
    int rest = name.length + value.length + 1;
    int length = rest + Integer.toString(rest).length();
    if (Integer.toString(length).length() + rest != length) {
      length++;
    }
    records.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
    records.writeBytes(name);
    records.writeBytes(value);
    records.write('\n');
  }

  private void block(Entry entry) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    Attributes attributes = entry.attributes();
    text(block, 0, entry.path(), NAME_BYTES);
    octal(block, 100, 8, attributes.permissions());
    octal(block, 108, 8, attributes.uid() > MOST_ID ? 0 : attributes.uid());
    octal(block, 116, 8, attributes.gid() > MOST_ID ? 0 : attributes.gid());
    octal(block, 124, 12, entry.size() > MOST_SIZE ? 0 : entry.size());
    octal(block, 136, 12, attributes.mtimeSeconds());
    block[156] = (byte) entry.type();
    text(block, 157, entry.target(), NAME_BYTES);
    text(block, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII), 8);
    octal(block, 329, 8, entry.major());
    octal(block, 337, 8, entry.minor());
    Arrays.fill(block, 148, 156, (byte) ' ');
    long sum = 0;
    for (byte b : block) {
      sum += b & 0xFF;
    }
    octal(block, 148, 7, sum);
    out.write(block);
    blocks++;
  }

  private static void text(byte[] block, int at, byte[] text, int most) {
    System.arraycopy(text, 0, block, at, Math.min(text.length, most));
  }

  /// Octal digits that end with a NUL.
  private static void octal(byte[] block, int at, int length, long value) {
    long left = value;
    for (int i = at + length - 2; i >= at; i--) {
      block[i] = (byte) ('0' + (left & 7));
      left >>= 3;
    }
    block[at + length - 1] = 0;
  }

  private void pad(long size) throws IOException {
    int over = (int) (size % BLOCK_BYTES);
    if (over != 0) {
      out.write(new byte[BLOCK_BYTES - over]);
    }
    blocks += (size + BLOCK_BYTES - 1) / BLOCK_BYTES;
  }

  /// Ends the archive, and closes the stream.
  @Override
  public void close() throws IOException {
    long end = blocks + 2;
    long missing = (RECORD_BLOCKS - end % RECORD_BLOCKS) % RECORD_BLOCKS;
    try (out) {
      out.write(new byte[(int) (2 + missing) * BLOCK_BYTES]);
    }
  }
}
