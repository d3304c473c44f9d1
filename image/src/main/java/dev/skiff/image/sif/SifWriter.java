package dev.skiff.image.sif;

import dev.skiff.image.Sha256;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tree.FileTree;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes one SIF file: small objects first, then the root as a SquashFS image that streams
/// straight to its final place, then what is known only now, and at last descriptors and header.
/// The file grows beside its target and takes the target's name when all of it is there.
///
/// Equal objects and an equal time give equal bytes: the id is made from the content.
public final class SifWriter implements AutoCloseable {

  private static final int DESCRIPTORS = 48;
  private static final int DESCRIPTORS_OFFSET = 4096;
  private static final int DATA_OFFSET = DESCRIPTORS_OFFSET + DESCRIPTORS * SifDescriptor.BYTES;
  private static final int PARTITION_ALIGNMENT = 4096;
  private static final int GROUP = 1;

  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private final long createdSeconds;
  private byte @Nullable [] definition;
  private final Map<String, byte[]> jsons = new TreeMap<>();
  private final Map<String, byte[]> jsonsBehindRoot = new TreeMap<>();
  private final List<SifDescriptor> descriptors = new ArrayList<>();
  private final MessageDigest digest = Sha256.start();
  private long endBytes = DATA_OFFSET;
  private @Nullable SquashfsWriter root;

  private SifWriter(Path target, Path partial, FileChannel channel, long createdSeconds) {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
    this.createdSeconds = createdSeconds;
  }

  /// Begins a file beside `target`, executable by all as far as the umask allows.
  ///
  /// @param createdSeconds since 1970, for header and objects; a fixed one makes the file
  ///   reproducible
  public static SifWriter create(Path target, long createdSeconds) throws IOException {
    FileAttribute<Set<PosixFilePermission>> mode =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    Path folder = target.toAbsolutePath().normalize().getParent();
    Path partial = Files.createTempFile(folder, ".skiff-", ".partial", mode);
    try {
      FileChannel channel =
          FileChannel.open(partial, StandardOpenOption.READ, StandardOpenOption.WRITE);
      return new SifWriter(target, partial, channel, createdSeconds);
    } catch (IOException e) {
      Files.delete(partial);
      throw e;
    }
  }

  /// The definition that the image was built from; comes first.
  public void definition(byte[] text) {
    requireNoRoot();
    definition = text.clone();
  }

  /// A JSON object, `inspect-metadata.json` for example. They stand in the order of their names.
  ///
  /// @param name 1 to 127 bytes
  public void json(String name, byte[] text) {
    requireNoRoot();
    put(jsons, name, text);
  }

  /// A JSON object that cannot be known before the root is made: stands behind it. May be given at
  /// any time before `commit`.
  ///
  /// @param name 1 to 127 bytes
  public void jsonBehindRoot(String name, byte[] text) {
    put(jsonsBehindRoot, name, text);
  }

  private void put(Map<String, byte[]> place, String name, byte[] text) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length >= SifDescriptor.LONGEST_NAME_BYTES) {
      throw new IllegalArgumentException("an object's name has 1 to 127 bytes: '" + name + "'");
    }
    boolean full = jsons.size() + jsonsBehindRoot.size() == DESCRIPTORS - 2;
    if (full && !place.containsKey(name)) {
      throw new IllegalArgumentException("a SIF file has room for 46 JSON objects");
    }
    place.put(name, text.clone());
  }

  /// Writes the small objects and gives the writer of the root file system, which is to be finished
  /// before `commit` and is closed by this writer.
  public SquashfsWriter openRoot(Architecture architecture, SquashfsOptions options)
      throws IOException {
    return openPartition(PartitionType.PRIMARY_SYSTEM, architecture, options);
  }

  /// The same for a file system that is not the root of a container.
  public SquashfsWriter openPartition(
      PartitionType type, Architecture architecture, SquashfsOptions options) throws IOException {
    requireNoRoot();
    if (definition != null) {
      write(ObjectType.DEFINITION_FILE, "", definition);
    }
    writeJsons(jsons);
    long offset = Math.ceilDiv(endBytes, PARTITION_ALIGNMENT) * PARTITION_ALIGNMENT;
    SquashfsWriter opened = SquashfsWriter.open(channel, offset, options);
    root = opened;
    descriptors.add(
        new SifDescriptor(
            ObjectType.PARTITION,
            descriptors.size() + 1,
            GROUP,
            0,
            SifDescriptor.LinkKind.OBJECT,
            offset,
            0,
            offset - endBytes,
            createdSeconds,
            createdSeconds,
            "",
            new Extra.Partition(FileSystemType.SQUASHFS, type, architecture)));
    return opened;
  }

  private void writeJsons(Map<String, byte[]> named) throws IOException {
    for (Map.Entry<String, byte[]> json : named.entrySet()) {
      write(ObjectType.JSON, json.getKey(), json.getValue());
    }
  }

  private void requireNoRoot() {
    if (root != null) {
      throw new IllegalStateException("the root's place is settled already");
    }
  }

  private void write(ObjectType type, String name, byte[] bytes) throws IOException {
    writeAt(endBytes, bytes);
    byte[] label = name.getBytes(StandardCharsets.UTF_8);
    digest.update(Sha256.of(label, label.length));
    digest.update(Sha256.of(bytes, bytes.length));
    descriptors.add(
        new SifDescriptor(
            type,
            descriptors.size() + 1,
            GROUP,
            0,
            SifDescriptor.LinkKind.OBJECT,
            endBytes,
            bytes.length,
            bytes.length,
            createdSeconds,
            createdSeconds,
            name,
            new Extra.None()));
    endBytes += bytes.length;
  }

  /// Whether another file has this one's time and, before its root, the same bytes as this one; to
  /// be asked once the root is open.
  public boolean beginsLike(SifReader other) throws IOException {
    if (root == null || other.header().createdSeconds() != createdSeconds) {
      return false;
    }
    SifDescriptor open = descriptors.getLast();
    Optional<SystemPartition> theirs = other.primaryPartition();
    if (theirs.isEmpty()
        || theirs.get().offsetBytes() != open.offsetBytes()
        || !open.extra()
            .equals(
                new Extra.Partition(
                    theirs.get().fileSystem(),
                    PartitionType.PRIMARY_SYSTEM,
                    theirs.get().architecture()))) {
      return false;
    }
    int length = Math.toIntExact(endBytes - DATA_OFFSET);
    return readAt(channel, length).equals(readAt(other.channel(), length));
  }

  private static ByteBuffer readAt(FileChannel from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    int count = 0;
    while (count >= 0 && bytes.hasRemaining()) {
      count = from.read(bytes, DATA_OFFSET + bytes.position());
    }
    return bytes.flip();
  }

  /// Makes the file a copy of another in place of what was written, and gives it its name.
  public void commitCopy(SifReader other) throws IOException {
    FileChannel from = other.channel();
    long size = from.size();
    channel.truncate(0);
    long at = 0;
    while (at < size) {
      long count = from.transferTo(at, size - at, channel.position(at));
      if (count <= 0) {
        throw new EOFException("the file that is copied ends too early");
      }
      at += count;
    }
    settle();
  }

  /// Writes descriptors and header and gives the file its name, replacing what had it.
  ///
  /// @throws IllegalStateException if the root is not finished
  public void commit() throws IOException {
    SquashfsWriter finished = root;
    if (finished == null) {
      throw new IllegalStateException("there is no root yet");
    }
    SifDescriptor open = descriptors.removeLast();
    long gap = open.paddedSizeBytes();
    descriptors.add(open.sized(finished.sizeBytes(), gap + finished.sizeBytes(), open.extra()));
    digest.update(finished.contentDigest());
    endBytes = open.offsetBytes() + finished.sizeBytes();
    writeJsons(jsonsBehindRoot);
    for (int slot = 0; slot < descriptors.size(); slot++) {
      writeAt(
          DESCRIPTORS_OFFSET + (long) slot * SifDescriptor.BYTES, descriptors.get(slot).toBytes());
    }
    SifHeader header =
        new SifHeader(
            SifHeader.RUN_SINGULARITY,
            open.extra() instanceof Extra.Partition partition
                    && partition.type() == PartitionType.PRIMARY_SYSTEM
                ? partition.architecture()
                : Architecture.UNKNOWN,
            idOf(ByteBuffer.wrap(digest.digest())),
            createdSeconds,
            createdSeconds,
            DESCRIPTORS - descriptors.size(),
            DESCRIPTORS,
            DESCRIPTORS_OFFSET,
            DATA_OFFSET,
            endBytes - DATA_OFFSET);
    writeAt(0, header.toBytes());
    settle();
  }

  /// RFC 9562, version 8: made of a hash.
  private static UUID idOf(ByteBuffer hash) {
    long high = (hash.getLong() & ~0xF000L) | 0x8000L;
    long low = (hash.getLong() & ~(3L << 62)) | (2L << 62);
    return new UUID(high, low);
  }

  private void writeAt(long offset, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      var _ = channel.write(buffer, offset + buffer.position());
    }
  }

  private void settle() throws IOException {
    channel.close();
    var _ = Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Writes a root in one go: `openRoot`, its `finish`, and `commit`.
  public void writeRoot(FileTree tree, Architecture architecture, SquashfsOptions options)
      throws IOException {
    var _ = openRoot(architecture, options).finish(tree);
    commit();
  }

  /// Gives everything up that was not committed; the target is as it was.
  @Override
  public void close() throws IOException {
    if (root != null) {
      root.close();
    }
    channel.close();
    var _ = Files.deleteIfExists(partial);
  }
}
