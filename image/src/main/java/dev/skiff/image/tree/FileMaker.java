package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/// Makes single files of a tree with their attributes, in directories that are there. For one
/// thread; several may share a tally.
final class FileMaker implements AutoCloseable {

  private static final int BUFFER_BYTES = 128 << 10;
  private static final Set<StandardOpenOption> NEW_FILE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Ownership ownership;
  private final ExtractionTally tally;
  private final HostCalls calls = new HostCalls();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final byte[] zeros = new byte[BUFFER_BYTES];

  FileMaker(Ownership ownership, ExtractionTally tally) {
    this.ownership = ownership;
    this.tally = tally;
  }

  HostCalls calls() {
    return calls;
  }

  /// Makes a regular file, its attributes included.
  void makeFile(TreeExtractor.Place place, RegularFile file) throws IOException {
    write(place.path(), file);
    setAttributes(place, file);
  }

  /// Makes a device node without attributes.
  ///
  /// @return whether the host allows it
  boolean makeDevice(TreeExtractor.Place place, Device device) throws IOException {
    int type = device.kind() == Device.Kind.BLOCK ? 0060600 : 0020600;
    long major = device.major();
    long minor = device.minor();
    long number = (major << 8) | (minor & 0xff) | ((minor & ~0xffL) << 12);
    try {
      calls.makeNode(place.path(), type, number);
      return true;
    } catch (HostCalls.Refused e) {
      if (e.errno() != Errno.NOT_PERMITTED) {
        throw e;
      }
      tally.skip(place, "device node %d:%d".formatted(major, minor));
      return false;
    }
  }

  private void write(byte[] path, RegularFile file) throws IOException {
    if (file.content() instanceof StagedContent staged && move(staged, path)) {
      tally.moved(file.content().sizeBytes());
      return;
    }
    long size = file.content().sizeBytes();
    try (InputStream content = file.content().open();
        FileChannel channel = FileChannel.open(HostPath.of(path), NEW_FILE)) {
      long at = 0;
      boolean hole = false;
      int length = content.readNBytes(buffer, 0, BUFFER_BYTES);
      while (length > 0) {
        hole = Arrays.equals(buffer, 0, length, zeros, 0, length);
        tally.count(length, hole);
        if (!hole) {
          writeAt(channel, at, length);
        }
        at += length;
        length = content.readNBytes(buffer, 0, BUFFER_BYTES);
      }
      if (at != size) {
        throw new IOException(
            "%s: %d bytes, not the %d it should have"
                .formatted(new String(path, StandardCharsets.UTF_8), at, size));
      }
      if (hole) {
        var _ = channel.write(ByteBuffer.wrap(zeros, 0, 1), size - 1);
      }
    }
  }

  /// Whether the file could be moved; onto another file system it cannot.
  private static boolean move(StagedContent staged, byte[] path) throws IOException {
    try {
      Files.move(staged.file(), HostPath.of(path), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (AtomicMoveNotSupportedException e) {
      return false;
    }
  }

  private void writeAt(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes, at + bytes.position());
    }
  }

  /// Owner, mode, attributes, times: each would undo some of what comes before it.
  void setAttributes(TreeExtractor.Place place, FileNode node) throws IOException {
    byte[] path = place.path();
    Attributes attributes = node.attributes();
    if (ownership == Ownership.KEPT) {
      own(place, attributes.uid(), attributes.gid());
    }
    for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
      setXattr(place, xattr.getKey(), xattr.getValue());
    }
    if (!(node instanceof Symlink)) {
      calls.changeMode(path, attributes.permissions());
    }
    calls.setTimes(path, attributes.mtimeSeconds());
  }

  /// An id that the namespace does not map stays what it is: root's.
  private void own(TreeExtractor.Place place, long uid, long gid) throws IOException {
    byte[] path = place.path();
    if (mayOwn(path, uid, gid)) {
      return;
    }
    if (!mayOwn(path, uid, 0)) {
      var _ = mayOwn(path, 0, gid);
    }
    tally.skip(place, "the owner %d:%d".formatted(uid, gid));
  }

  private boolean mayOwn(byte[] path, long uid, long gid) throws IOException {
    try {
      calls.changeOwner(path, uid, gid);
      return true;
    } catch (HostCalls.Refused e) {
      if (e.errno() != Errno.INVALID) {
        throw e;
      }
      return false;
    }
  }

  private void setXattr(TreeExtractor.Place place, String name, byte[] value) throws IOException {
    try {
      calls.setXattr(place.path(), name, value);
    } catch (HostCalls.Refused e) {
      boolean hostSaysNo =
          e.errno() == Errno.NOT_PERMITTED
              || e.errno() == Errno.NOT_SUPPORTED
              || e.errno() == Errno.INVALID; // a value the kernel knows to be wrong
      if (!hostSaysNo) {
        throw e;
      }
      tally.skip(place, "extended attribute " + name);
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
