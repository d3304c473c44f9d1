package dev.skiff.image.sif;

import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An open SIF file: its header and descriptors, read and checked at once, and its objects' bytes.
/// Any number of threads may use one.
///
/// Stands on the way of every start of a container, so it loads little and reads once.
public final class SifReader implements AutoCloseable {

  private static final int MOST_DESCRIPTORS = 4096;

  /// Header and table of nearly every file: 48 slots at 4096.
  static final int USUAL_BYTES = 4096 + 48 * SifDescriptor.BYTES;

  private static final int COPY_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final byte[] headerBytes;
  private final byte[] table;
  private final SifHeader header;
  private final List<SifDescriptor> descriptors;

  private SifReader(
      Path file, FileChannel channel, byte[] headerBytes, byte[] table, SifHeader header) {
    this.file = file;
    this.channel = channel;
    this.headerBytes = headerBytes;
    this.table = table;
    this.header = header;
    this.descriptors = SifDescriptor.readAll(table);
  }

  /// Opens a file and checks header and descriptors; objects are not looked at.
  ///
  /// @throws MalformedImageException if it is no SIF file, or one that says things of bytes that
  ///   are not in it
  public static SifReader open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return read(file, channel, ImageKind.start(channel, USUAL_BYTES));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Reads an open file, which the reader then owns.
  ///
  /// @param start its first bytes, `USUAL_BYTES` unless it is shorter
  static SifReader read(Path file, FileChannel channel, byte[] start) throws IOException {
    long fileSize = channel.size();
    if (!SifHeader.hasMagic(start) || start.length < SifHeader.BYTES) {
      throw malformed(file, SifHeader.MAGIC_OFFSET, "magic", "no SIF header");
    }
    if (!SifHeader.hasVersion(start)) {
      throw malformed(file, SifHeader.VERSION_OFFSET, "version", "not 01");
    }
    byte[] headerBytes = Arrays.copyOf(start, SifHeader.BYTES);
    SifHeader header = SifHeader.read(headerBytes);
    long total = header.descriptorsTotal();
    if (total < 0 || total > MOST_DESCRIPTORS) {
      throw malformed(file, 88, "descriptors total", total + ", wanted 0 to " + MOST_DESCRIPTORS);
    }
    int tableBytes = (int) total * SifDescriptor.BYTES;
    long tableStart = header.descriptorsOffsetBytes();
    if (tableStart < SifHeader.BYTES || tableStart > fileSize - tableBytes) {
      throw malformed(
          file,
          SifHeader.TABLE_OFFSET,
          "descriptors offset",
          "%d bytes at %d of a file of %d".formatted(tableBytes, tableStart, fileSize));
    }
    byte[] table = new byte[tableBytes];
    if (tableStart + tableBytes <= start.length) {
      System.arraycopy(start, (int) tableStart, table, 0, tableBytes);
    } else {
      readFully(file, channel, tableStart, table);
    }
    SifReader reader = new SifReader(file, channel, headerBytes, table, header);
    requireInside(file, reader.descriptors, fileSize);
    return reader;
  }

  private static void requireInside(Path file, List<SifDescriptor> descriptors, long fileSize)
      throws MalformedImageException {
    for (SifDescriptor descriptor : descriptors) {
      long offset = descriptor.offsetBytes();
      long size = descriptor.sizeBytes();
      if (offset < 0 || size < 0 || offset > fileSize - size) {
        throw malformed(
            file,
            -1,
            "descriptor of object " + Integer.toUnsignedString(descriptor.id()),
            "%d bytes at %d of a file of %d".formatted(size, offset, fileSize));
      }
    }
    int primary = 0;
    for (SifDescriptor descriptor : descriptors) {
      primary += isPrimary(descriptor) ? 1 : 0;
    }
    if (primary > 1) {
      throw malformed(file, -1, "partition type", "more than one primary system partition");
    }
  }

  private static boolean isPrimary(SifDescriptor descriptor) {
    return descriptor.extra() instanceof Extra.Partition partition
        && partition.type() == PartitionType.PRIMARY_SYSTEM;
  }

  public SifHeader header() {
    return header;
  }

  /// The used descriptors in the order of their slots.
  public List<SifDescriptor> descriptors() {
    return descriptors;
  }

  /// The header's bytes, to be changed; what is not understood is kept that way.
  byte[] headerBytes() {
    return headerBytes.clone();
  }

  /// The slots' bytes, to be changed.
  byte[] table() {
    return table.clone();
  }

  /// The partition that is the container's root; images made of OCI blobs have none.
  public Optional<SystemPartition> primaryPartition() {
    for (SifDescriptor descriptor : descriptors) {
      if (descriptor.extra() instanceof Extra.Partition partition
          && partition.type() == PartitionType.PRIMARY_SYSTEM) {
        return Optional.of(
            new SystemPartition(
                descriptor.offsetBytes(),
                descriptor.sizeBytes(),
                partition.fileSystem(),
                partition.architecture()));
      }
    }
    return Optional.empty();
  }

  /// The first object of a type and name.
  public Optional<SifDescriptor> find(ObjectType type, String name) {
    for (SifDescriptor descriptor : descriptors) {
      if (descriptor.type() == type && descriptor.name().equals(name)) {
        return Optional.of(descriptor);
      }
    }
    return Optional.empty();
  }

  /// The first object of a type, whatever its name.
  public Optional<SifDescriptor> first(ObjectType type) {
    for (SifDescriptor descriptor : descriptors) {
      if (descriptor.type() == type) {
        return Optional.of(descriptor);
      }
    }
    return Optional.empty();
  }

  /// The object with a number.
  ///
  /// @param id as an unsigned number
  /// @throws MalformedImageException if several have it
  public Optional<SifDescriptor> object(int id) throws MalformedImageException {
    Optional<SifDescriptor> found = Optional.empty();
    for (SifDescriptor descriptor : descriptors) {
      if (descriptor.id() == id) {
        if (found.isPresent()) {
          throw malformed(file, -1, "id", "two objects are number " + Integer.toUnsignedString(id));
        }
        found = Optional.of(descriptor);
      }
    }
    return found;
  }

  /// An object's bytes.
  ///
  /// @param mostBytes what the caller is ready to hold
  /// @throws MalformedImageException if the object is larger
  public byte[] bytes(SifDescriptor object, int mostBytes) throws IOException {
    if (object.sizeBytes() > mostBytes) {
      throw malformed(
          file,
          object.offsetBytes(),
          "size of object " + object.id(),
          "%d bytes, wanted %d at most".formatted(object.sizeBytes(), mostBytes));
    }
    byte[] bytes = new byte[(int) object.sizeBytes()];
    readFully(file, channel, object.offsetBytes(), bytes);
    return bytes;
  }

  /// Copies an object's bytes, a mebibyte at a time.
  ///
  /// @throws IOException also what `out` throws, which ends the copying
  public void copy(SifDescriptor object, WritableByteChannel out) throws IOException {
    copy(object.offsetBytes(), object.sizeBytes(), out);
  }

  /// Copies bytes of the file, a mebibyte at a time.
  ///
  /// @throws IOException also what `out` throws, which ends the copying
  public void copy(long offsetBytes, long sizeBytes, WritableByteChannel out) throws IOException {
    long end = offsetBytes + sizeBytes;
    byte[] chunk = new byte[(int) Math.min(COPY_BYTES, sizeBytes)];
    for (long at = offsetBytes; at < end; at += chunk.length) {
      if (end - at < chunk.length) {
        chunk = new byte[(int) (end - at)];
      }
      readFully(file, channel, at, chunk);
      ByteBuffer buffer = ByteBuffer.wrap(chunk);
      while (buffer.hasRemaining()) {
        var _ = out.write(buffer);
      }
    }
  }

  /// The open file, for reading objects in place; closed with this reader.
  public FileChannel channel() {
    return channel;
  }

  private static void readFully(Path file, FileChannel channel, long offset, byte[] bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw malformed(file, offset, "file", "it ends inside");
      }
    }
  }

  private static MalformedImageException malformed(
      Path file, long offset, String field, String reason) {
    return new MalformedImageException(file.toString(), offset, field, reason);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
