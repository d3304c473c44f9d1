package dev.skiff.image.sif;

import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Header and descriptors of a file that is being changed. Changes gather here, and `commit` makes
/// all of them true at once:
///
/// ```
///  1  the new table is written behind the end of the file      the old header names the old table
///  2  the header, within one page, names that copy             <- here the change happens
///  3  the new table is written where the old one was
///  4  the header names it there; the copy is cut off
/// ```
///
/// with the disk waited for after each. A file that was left between 2 and 4 is sound for every
/// reader; the next `of` carries on with 3.
final class SifTable {

  private static final int USUAL_OFFSET = 4096;

  private static final int FURTHEST_BYTES = 4096;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer header;
  private final ByteBuffer slots;
  private final long homeBytes;

  private SifTable(Path file, FileChannel channel, byte[] header, byte[] slots, long homeBytes) {
    this.file = file;
    this.channel = channel;
    this.header = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    this.slots = ByteBuffer.wrap(slots).order(ByteOrder.LITTLE_ENDIAN);
    this.homeBytes = homeBytes;
  }

  /// The table of an open file.
  ///
  /// @throws MalformedImageException if objects lie over header or table
  static SifTable of(Path file, FileChannel channel, SifReader reader) throws IOException {
    byte[] slots = reader.table();
    long at = reader.header().descriptorsOffsetBytes();
    long free = dataOffset(file, channel, reader.header());
    for (SifDescriptor object : reader.descriptors()) {
      long start = object.offsetBytes();
      long end = start + object.sizeBytes();
      if (start < SifHeader.BYTES || (start < at + slots.length && end > at)) {
        throw new MalformedImageException(
            file.toString(),
            start,
            "offset of object " + Integer.toUnsignedString(object.id()),
            "it lies over the header or the descriptors");
      }
      free = Math.min(free, start);
    }
    boolean strayed = at > USUAL_OFFSET && at >= free;
    boolean fits = USUAL_OFFSET + slots.length <= free;
    long home = strayed && fits ? USUAL_OFFSET : at;
    SifTable table = new SifTable(file, channel, reader.headerBytes(), slots, home);
    if (table.homeBytes != at) {
      table.settle(at);
    }
    return table;
  }

  private static long dataOffset(Path file, FileChannel channel, SifHeader header)
      throws IOException {
    long offset = header.dataOffsetBytes();
    if (offset < SifHeader.BYTES || offset > channel.size() + FURTHEST_BYTES) {
      throw new MalformedImageException(
          file.toString(),
          112,
          "data offset",
          "%d in a file of %d bytes".formatted(offset, channel.size()));
    }
    return offset;
  }

  SifHeader header() {
    return SifHeader.read(header.array());
  }

  List<SifDescriptor> descriptors() {
    return SifDescriptor.readAll(slots.array());
  }

  SifDescriptor descriptor(int slot) {
    return SifDescriptor.read(slots, slot);
  }

  private int slotCount() {
    return slots.capacity() / SifDescriptor.BYTES;
  }

  /// The slot of an object.
  ///
  /// @throws MalformedImageException if several objects have the number
  Optional<Integer> slotOf(int id) throws MalformedImageException {
    Optional<Integer> found = Optional.empty();
    for (int slot = 0; slot < slotCount(); slot++) {
      if (SifDescriptor.isUsed(slots, slot) && descriptor(slot).id() == id) {
        if (found.isPresent()) {
          throw new MalformedImageException(
              file.toString(), -1, "id", "two objects are number " + Integer.toUnsignedString(id));
        }
        found = Optional.of(slot);
      }
    }
    return found;
  }

  Optional<Integer> unusedSlot() {
    for (int slot = 0; slot < slotCount(); slot++) {
      if (!SifDescriptor.isUsed(slots, slot)) {
        return Optional.of(slot);
      }
    }
    return Optional.empty();
  }

  Optional<Integer> primarySlot() {
    for (int slot = 0; slot < slotCount(); slot++) {
      if (SifDescriptor.isUsed(slots, slot)
          && descriptor(slot).extra() instanceof Extra.Partition partition
          && partition.type() == PartitionType.PRIMARY_SYSTEM) {
        return Optional.of(slot);
      }
    }
    return Optional.empty();
  }

  /// Where the last object ends: computed, as the header may have it wrong.
  long dataEnd() {
    long end = Math.max(header().dataOffsetBytes(), homeBytes + slots.capacity());
    for (SifDescriptor object : descriptors()) {
      end = Math.max(end, object.offsetBytes() + object.sizeBytes());
    }
    return end;
  }

  /// Whether another object claims some of this one's bytes.
  boolean isShared(SifDescriptor gone) {
    long end = gone.offsetBytes() + gone.sizeBytes();
    for (SifDescriptor other : descriptors()) {
      if (other.offsetBytes() < end
          && other.offsetBytes() + other.sizeBytes() > gone.offsetBytes()) {
        return true;
      }
    }
    return false;
  }

  void put(int slot, SifDescriptor object) {
    slots.put(slot * SifDescriptor.BYTES, object.toBytes());
  }

  void clear(int slot) {
    slots.put(slot * SifDescriptor.BYTES, new byte[SifDescriptor.BYTES]);
  }

  void setPartitionType(int slot, PartitionType type, long nowSeconds) {
    int start = slot * SifDescriptor.BYTES;
    slots.putInt(start + SifDescriptor.EXTRA_OFFSET + 4, type.code());
    slots.putLong(start + SifDescriptor.MODIFIED_OFFSET, time(nowSeconds));
  }

  void setArchitecture(Architecture architecture) {
    header.put(
        SifHeader.ARCHITECTURE_OFFSET, architecture.code().getBytes(StandardCharsets.US_ASCII));
  }

  void setDataEnd(long end) {
    header.putLong(SifHeader.DATA_SIZE_OFFSET, end - header().dataOffsetBytes());
  }

  /// The time of a change: none, in a file that has no times.
  long time(long nowSeconds) {
    return header().isTimeless() ? SifHeader.NO_TIME_SECONDS : nowSeconds;
  }

  /// Makes the changes true. What lies behind the end of the file is left as it was.
  void commit(long nowSeconds) throws IOException {
    header.putLong(SifHeader.MODIFIED_OFFSET, time(nowSeconds));
    header.putLong(SifHeader.FREE_OFFSET, slotCount() - descriptors().size());
    long copy = channel.size();
    writeAt(channel, copy, slots.duplicate().clear());
    channel.force(true);
    writeHeader(copy);
    settle(copy);
  }

  /// Brings a copied table home.
  private void settle(long copy) throws IOException {
    writeAt(channel, homeBytes, slots.duplicate().clear());
    channel.force(true);
    writeHeader(homeBytes);
    channel.truncate(copy);
  }

  private void writeHeader(long tableOffset) throws IOException {
    header.putLong(SifHeader.TABLE_OFFSET, tableOffset);
    writeAt(channel, 0, header.duplicate().clear());
    channel.force(true);
  }

  static void writeAt(FileChannel channel, long offset, ByteBuffer bytes) throws IOException {
    int start = bytes.position();
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes, offset + bytes.position() - start);
    }
  }

  /// Makes a shorter file so long.
  static void extend(FileChannel channel, long size) throws IOException {
    if (channel.size() < size) {
      writeAt(channel, size - 1, ByteBuffer.allocate(1));
    }
  }
}
