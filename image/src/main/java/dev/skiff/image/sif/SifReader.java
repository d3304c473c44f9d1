package dev.skiff.image.sif;

import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An open SIF file: its header and descriptors, read and checked at once, and its objects' bytes.
/// Any number of threads may use one.
///
/// Stands on the way of every start of a container, so it loads little and reads once.
public final class SifReader implements AutoCloseable {

  private static final int MOST_DESCRIPTORS = 4096;

  /// Header and table of nearly every file: 48 slots at 4096.
  private static final int USUAL_BYTES = 4096 + 48 * SifDescriptor.BYTES;

  private final Path file;
  private final FileChannel channel;
  private final SifHeader header;
  private final List<SifDescriptor> descriptors;

  private SifReader(
      Path file, FileChannel channel, SifHeader header, List<SifDescriptor> descriptors) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.descriptors = descriptors;
  }

  /// Opens a file and checks header and descriptors; objects are not looked at.
  ///
  /// @throws MalformedImageException if it is no SIF file, or one that says things of bytes that
  ///   are not in it
  public static SifReader open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return read(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static SifReader read(Path file, FileChannel channel) throws IOException {
    long fileSize = channel.size();
    byte[] start = new byte[(int) Math.min(USUAL_BYTES, fileSize)];
    readFully(file, channel, 0, start);
    if (!SifHeader.hasMagic(start) || start.length < SifHeader.BYTES) {
      throw malformed(file, SifHeader.MAGIC_OFFSET, "magic", "no SIF header");
    }
    if (!SifHeader.hasVersion(start)) {
      throw malformed(file, SifHeader.VERSION_OFFSET, "version", "not 01");
    }
    SifHeader header = SifHeader.read(start);
    long total = header.descriptorsTotal();
    if (total < 0 || total > MOST_DESCRIPTORS) {
      throw malformed(file, 88, "descriptors total", total + ", wanted 0 to " + MOST_DESCRIPTORS);
    }
    int tableBytes = (int) total * SifDescriptor.BYTES;
    long tableStart = header.descriptorsOffsetBytes();
    if (tableStart < SifHeader.BYTES || tableStart > fileSize - tableBytes) {
      throw malformed(
          file,
          96,
          "descriptors offset",
          "%d bytes at %d of a file of %d".formatted(tableBytes, tableStart, fileSize));
    }
    byte[] table = start;
    int tableOffset = (int) Math.min(tableStart, start.length);
    if (tableStart + tableBytes > start.length) {
      table = new byte[tableBytes];
      tableOffset = 0;
      readFully(file, channel, tableStart, table);
    }
    ByteBuffer slots = ByteBuffer.wrap(table, tableOffset, tableBytes).slice();
    List<SifDescriptor> descriptors =
        descriptors(file, slots.order(ByteOrder.LITTLE_ENDIAN), (int) total, fileSize);
    return new SifReader(file, channel, header, descriptors);
  }

  private static List<SifDescriptor> descriptors(
      Path file, ByteBuffer slots, int total, long fileSize) throws MalformedImageException {
    List<SifDescriptor> descriptors = new ArrayList<>();
    for (int slot = 0; slot < total; slot++) {
      if (SifDescriptor.isUsed(slots, slot)) {
        SifDescriptor descriptor = SifDescriptor.read(slots, slot);
        long offset = descriptor.offsetBytes();
        if (offset < 0
            || descriptor.sizeBytes() < 0
            || offset > fileSize - descriptor.sizeBytes()) {
          throw malformed(
              file,
              -1,
              "descriptor of object " + descriptor.id(),
              "%d bytes at %d of a file of %d".formatted(descriptor.sizeBytes(), offset, fileSize));
        }
        descriptors.add(descriptor);
      }
    }
    if (descriptors.stream().filter(SifReader::isPrimary).count() > 1) {
      throw malformed(file, -1, "partition type", "more than one primary system partition");
    }
    return List.copyOf(descriptors);
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
