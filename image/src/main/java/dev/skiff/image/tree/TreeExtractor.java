package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes the files of a tree in a directory of the host.
///
/// Symbolic links of the tree cannot lead it astray: everything is made anew, in directories that
/// it has made itself and that are closed to all others until they are complete.
public final class TreeExtractor {

  /// Whose the files become.
  public enum Ownership {
    /// As the tree says; needs root, of the machine or of a user namespace. What an id owns that
    /// the namespace does not have becomes root's, and is told among what was skipped.
    KEPT,
    /// The caller's.
    CALLER
  }

  /// How a tree is extracted.
  ///
  /// @param mostBytes how many bytes of contents may be written; runs of zeros become holes and do
  ///   not count
  public record Options(Ownership ownership, long mostBytes) {}

  /// What the host did not allow: a device node, an owner, or one extended attribute of a file.
  public record Skipped(String path, String what) {}

  /// What was done.
  ///
  /// @param skipped the first hundred
  public record Extraction(
      long files, long bytesWritten, long skippedCount, List<Skipped> skipped) {
    public Extraction {
      skipped = List.copyOf(skipped);
    }
  }

  private static final int MOST_REPORTED = 100;
  private static final long MOST_HOLE_BYTES = 1L << 40; // minutes of looking at zeros
  private static final int BUFFER_BYTES = 128 << 10;
  private static final Set<StandardOpenOption> NEW_FILE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  /// A directory whose children are being made.
  private static final class Open {
    private final byte[] path;
    private final Directory directory;
    private final Iterator<Map.Entry<FileName, FileNode>> rest;

    private Open(byte[] path, Directory directory) {
      this.path = path;
      this.directory = directory;
      rest = directory.entries().iterator();
    }
  }

  private final Options options;
  private final HostCalls calls;
  private final IdentityHashMap<FileNode, byte[]> made = new IdentityHashMap<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final byte[] zeros = new byte[BUFFER_BYTES];
  private long skippedCount;
  private long files;
  private long bytesWritten;
  private long holeBytes;

  private TreeExtractor(Options options, HostCalls calls) {
    this.options = options;
    this.calls = calls;
  }

  /// Makes a tree's files. When this fails, what was made so far stays for the caller to remove.
  ///
  /// @param directory made if it is not there; else it has to be empty
  /// @throws IOException also if the tree has more bytes than allowed
  public static Extraction extract(FileTree tree, Path directory, Options options)
      throws IOException {
    Path root = prepare(directory);
    try (HostCalls calls = new HostCalls()) {
      TreeExtractor extractor = new TreeExtractor(options, calls);
      extractor.run(HostPath.bytes(root), tree.root());
      return new Extraction(
          extractor.files, extractor.bytesWritten, extractor.skippedCount, extractor.skipped);
    }
  }

  private static Path prepare(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      var _ = Files.createDirectory(directory);
    }
    Path root = directory.toRealPath();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(root)) {
      if (children.iterator().hasNext()) {
        throw new DirectoryNotEmptyException(directory.toString());
      }
    }
    return root;
  }

  /// Directories get their attributes at the end, the innermost first: hard links made late still
  /// have to reach their twins through them.
  private void run(byte[] root, Directory tree) throws IOException {
    List<Open> complete = new ArrayList<>();
    calls.changeMode(root, 0700);
    open.push(new Open(root, tree));
    while (!open.isEmpty()) {
      Open here = open.element();
      if (here.rest.hasNext()) {
        Map.Entry<FileName, FileNode> child = here.rest.next();
        make(join(here.path, child.getKey()), child.getValue());
      } else {
        complete.add(open.pop());
      }
    }
    for (Open directory : complete) {
      setAttributes(directory.path, directory.directory);
    }
  }

  private static byte[] join(byte[] folder, FileName name) {
    byte[] path = Arrays.copyOf(folder, folder.length + 1 + name.length());
    path[folder.length] = '/';
    System.arraycopy(name.bytes(), 0, path, folder.length + 1, name.length());
    return path;
  }

  private void make(byte[] path, FileNode node) throws IOException {
    files++;
    if (node instanceof Directory directory) {
      calls.makeDirectory(path, 0700);
      open.push(new Open(path, directory));
      return;
    }
    byte[] twin = made.putIfAbsent(node, path);
    if (twin != null) {
      calls.makeLink(twin, path);
      return;
    }
    switch (node) {
      case RegularFile file -> write(path, file);
      case Symlink link -> calls.makeSymlink(link.target(), path);
      case Fifo _ -> calls.makeNode(path, 0010600, 0);
      case Socket _ -> calls.makeNode(path, 0140600, 0);
      case Device device -> {
        if (!makeDevice(path, device)) {
          var _ = made.remove(node);
          return;
        }
      }
      case Directory _ -> throw new IllegalStateException("handled above");
    }
    setAttributes(path, node);
  }

  private boolean makeDevice(byte[] path, Device device) throws IOException {
    int type = device.kind() == Device.Kind.BLOCK ? 0060600 : 0020600;
    long major = device.major();
    long minor = device.minor();
    long number = (major << 8) | (minor & 0xff) | ((minor & ~0xffL) << 12);
    try {
      calls.makeNode(path, type, number);
      return true;
    } catch (HostCalls.Refused e) {
      if (e.errno() != Errno.NOT_PERMITTED) {
        throw e;
      }
      skip(path, "device node %d:%d".formatted(major, minor));
      return false;
    }
  }

  private void skip(byte[] path, String what) {
    skippedCount++;
    if (skipped.size() < MOST_REPORTED) {
      skipped.add(new Skipped(new String(path, StandardCharsets.UTF_8), what));
    }
  }

  private void write(byte[] path, RegularFile file) throws IOException {
    if (file.content() instanceof StagedContent staged && move(staged, path)) {
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
        count(length, hole);
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

  private void count(int length, boolean hole) throws IOException {
    holeBytes += hole ? length : 0;
    bytesWritten += hole ? 0 : length;
    if (bytesWritten > options.mostBytes() || holeBytes > MOST_HOLE_BYTES) {
      throw new IOException(
          "the files have more than %d bytes, which is what may be written"
              .formatted(hole ? MOST_HOLE_BYTES : options.mostBytes()));
    }
  }

  private void writeAt(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes, at + bytes.position());
    }
  }

  /// Owner, mode, attributes, times: each would undo some of what comes before it.
  private void setAttributes(byte[] path, FileNode node) throws IOException {
    Attributes attributes = node.attributes();
    if (options.ownership() == Ownership.KEPT) {
      own(path, attributes.uid(), attributes.gid());
    }
    for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
      setXattr(path, xattr.getKey(), xattr.getValue());
    }
    if (!(node instanceof Symlink)) {
      calls.changeMode(path, attributes.permissions());
    }
    calls.setTimes(path, attributes.mtimeSeconds());
  }

  /// An id that the namespace does not map stays what it is: root's.
  private void own(byte[] path, long uid, long gid) throws IOException {
    if (mayOwn(path, uid, gid)) {
      return;
    }
    if (!mayOwn(path, uid, 0)) {
      var _ = mayOwn(path, 0, gid);
    }
    skip(path, "the owner %d:%d".formatted(uid, gid));
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

  private void setXattr(byte[] path, String name, byte[] value) throws IOException {
    try {
      calls.setXattr(path, name, value);
    } catch (HostCalls.Refused e) {
      boolean hostSaysNo =
          e.errno() == Errno.NOT_PERMITTED
              || e.errno() == Errno.NOT_SUPPORTED
              || e.errno() == Errno.INVALID; // a value the kernel knows to be wrong
      if (!hostSaysNo) {
        throw e;
      }
      skip(path, "extended attribute " + name);
    }
  }
}
