package dev.skiff.image.sif;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.Sha256;
import dev.skiff.image.sif.SifEditException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Changes a SIF file where it lies, so that an image of any size is changed at once, under a lock
/// on the file. What is not understood is kept byte for byte.
///
/// However it is interrupted, the file is a sound one, from before or after the change: `SifTable`
/// says how. An object's bytes go behind everything the old table names; they count once the new
/// table does.
///
/// Signatures are not looked after: who changes a signed file makes it one that does not verify.
public final class SifEditor implements AutoCloseable {

  private static final int COPY_BYTES = 1 << 20;
  private static final int DESCRIPTORS = 48;
  private static final int DESCRIPTORS_OFFSET = 4096;

  private final FileChannel channel;
  private final @Nullable FileLock lock;
  private final SifTable table;

  private SifEditor(FileChannel channel, @Nullable FileLock lock, SifTable table) {
    this.channel = channel;
    this.lock = lock;
    this.table = table;
  }

  /// Opens a file for changes; ends what an earlier, interrupted change left undone.
  ///
  /// @throws SifEditException if another process is changing it
  /// @throws MalformedImageException if it is no SIF file, or its objects lie over its descriptors
  public static SifEditor open(Path file) throws IOException {
    return open(file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /// @param channel the open file, which the editor then owns
  static SifEditor open(Path file, FileChannel channel) throws IOException {
    try {
      FileLock lock = lock(channel);
      SifReader reader =
          SifReader.read(file, channel, ImageKind.start(channel, SifReader.USUAL_BYTES));
      return new SifEditor(channel, lock, SifTable.of(file, channel, reader));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Makes a new file with room for 48 objects and none in it, executable by all as far as the
  /// umask allows.
  ///
  /// @param id what tells it from others
  /// @throws FileAlreadyExistsException if something has the name
  public static SifEditor create(Path file, UUID id, Launch launch, long nowSeconds)
      throws IOException {
    FileAttribute<Set<PosixFilePermission>> mode =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    int tableBytes = DESCRIPTORS * SifDescriptor.BYTES;
    SifHeader header =
        new SifHeader(
            launch == Launch.RUN_SINGULARITY ? SifHeader.RUN_SINGULARITY : "",
            Architecture.UNKNOWN,
            id,
            nowSeconds,
            nowSeconds,
            DESCRIPTORS,
            DESCRIPTORS,
            DESCRIPTORS_OFFSET,
            DESCRIPTORS_OFFSET + tableBytes,
            0);
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    try (FileChannel channel = FileChannel.open(file, options, mode)) {
      SifTable.writeAt(channel, DESCRIPTORS_OFFSET, ByteBuffer.allocate(tableBytes));
      SifTable.writeAt(channel, 0, ByteBuffer.wrap(header.toBytes()));
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      var _ = Files.deleteIfExists(file);
      throw e;
    }
    return open(file);
  }

  /// What a kernel that executes the file starts.
  public enum Launch {
    NOTHING,
    RUN_SINGULARITY
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      throw new SifEditException(Reason.BUSY);
    } catch (IOException e) {
      return null; // a file system without locks: as the peer, which has none either
    }
    if (lock == null) {
      throw new SifEditException(Reason.BUSY);
    }
    return lock;
  }

  public SifHeader header() {
    return table.header();
  }

  /// The used descriptors in the order of their slots.
  public List<SifDescriptor> descriptors() {
    return table.descriptors();
  }

  /// The object with a number.
  public Optional<SifDescriptor> object(int id) throws MalformedImageException {
    return table.slotOf(id).map(table::descriptor);
  }

  /// Adds an object, in the first unused slot, behind all others.
  ///
  /// @param content read to its end, not closed
  /// @throws SifEditException if the table is full, or a second primary partition is added
  public SifDescriptor add(NewObject object, InputStream content, long nowSeconds)
      throws IOException {
    int slot = table.unusedSlot().orElseThrow(() -> new SifEditException(Reason.FULL));
    if (object.isPrimary() && table.primarySlot().isPresent()) {
      throw new SifEditException(Reason.HAS_PRIMARY);
    }
    long before = channel.size();
    long dataEnd = table.dataEnd();
    long offset = Math.addExact(dataEnd, Math.floorMod(-dataEnd, (long) object.alignment()));
    SifDescriptor added = object.at(slot + 1, offset, table.time(nowSeconds));
    try {
      added = written(added, object, content, offset - dataEnd);
      long end = offset + added.sizeBytes();
      channel.truncate(end);
      SifTable.extend(channel, end);
      channel.force(true);
    } catch (IOException | RuntimeException e) {
      channel.truncate(Math.min(channel.size(), before));
      throw e;
    }
    table.put(slot, added);
    if (object.extra() instanceof Extra.Partition partition && object.isPrimary()) {
      table.setArchitecture(partition.architecture());
    }
    table.setDataEnd(offset + added.sizeBytes());
    table.commit(nowSeconds);
    return table.descriptor(slot);
  }

  private SifDescriptor written(
      SifDescriptor open, NewObject object, InputStream content, long gapBytes) throws IOException {
    MessageDigest digest = Sha256.start();
    byte[] chunk = new byte[COPY_BYTES];
    long size = 0;
    int count = content.readNBytes(chunk, 0, chunk.length);
    zero(open.offsetBytes() - gapBytes, gapBytes);
    while (count > 0) {
      SifTable.writeAt(channel, open.offsetBytes() + size, ByteBuffer.wrap(chunk, 0, count));
      if (object.type().isOci()) {
        digest.update(chunk, 0, count);
      }
      size += count;
      count = content.readNBytes(chunk, 0, chunk.length);
    }
    Extra extra =
        object.type().isOci()
            ? new Extra.OciDigest("sha256:" + HexFormat.of().formatHex(digest.digest()))
            : object.extra();
    return open.sized(size, gapBytes + size, extra);
  }

  /// What happens to the bytes of a deleted object.
  public enum Erasure {
    /// They stay, named by nothing.
    KEEP_BYTES,
    /// They become zeros.
    ZERO_BYTES
  }

  /// Takes an object out; its slot is free afterwards, and the file as long as before.
  ///
  /// @throws SifEditException if there is none of that number
  public void delete(int id, Erasure erasure, long nowSeconds) throws IOException {
    int slot = table.slotOf(id).orElseThrow(() -> new SifEditException(Reason.NO_SUCH_OBJECT));
    SifDescriptor deleted = table.descriptor(slot);
    if (table.primarySlot().equals(Optional.of(slot))) {
      table.setArchitecture(Architecture.UNKNOWN);
    }
    table.clear(slot);
    table.commit(nowSeconds);
    if (erasure == Erasure.ZERO_BYTES && !table.isShared(deleted)) {
      zero(deleted.offsetBytes(), deleted.sizeBytes());
      channel.force(true);
    }
  }

  /// Cuts off what lies behind the last object.
  public void compact(long nowSeconds) throws IOException {
    long end = table.dataEnd();
    table.setDataEnd(end);
    table.commit(nowSeconds);
    channel.truncate(end);
  }

  /// Makes a system partition the container's root; what was it becomes an ordinary one.
  ///
  /// @throws SifEditException if there is no such system partition
  public void setPrimary(int id, long nowSeconds) throws IOException {
    int slot = table.slotOf(id).orElseThrow(() -> new SifEditException(Reason.NO_SUCH_OBJECT));
    if (!(table.descriptor(slot).extra() instanceof Extra.Partition partition)) {
      throw new SifEditException(Reason.NO_PARTITION);
    }
    switch (partition.type()) {
      case PRIMARY_SYSTEM -> {
        return;
      }
      case SYSTEM -> {}
      case DATA, OVERLAY, UNKNOWN -> throw new SifEditException(Reason.NO_SYSTEM);
    }
    Optional<Integer> primary = table.primarySlot();
    if (primary.isPresent()) {
      table.setPartitionType(primary.get(), PartitionType.SYSTEM, nowSeconds);
    }
    table.setPartitionType(slot, PartitionType.PRIMARY_SYSTEM, nowSeconds);
    table.setArchitecture(partition.architecture());
    table.commit(nowSeconds);
  }

  private void zero(long offset, long size) throws IOException {
    byte[] zeros = new byte[(int) Math.min(COPY_BYTES, size)];
    for (long done = 0; done < size; done += zeros.length) {
      int count = (int) Math.min(zeros.length, size - done);
      SifTable.writeAt(channel, offset + done, ByteBuffer.wrap(zeros, 0, count));
    }
  }

  @Override
  public void close() throws IOException {
    if (lock != null && lock.isValid()) {
      lock.release();
    }
    channel.close();
  }
}
