package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Reads a directory of the host as a file tree. Names, link targets and attribute values are kept
/// byte by byte, hard links are found by inode number, and contents are opened when they are asked
/// for. No symbolic link is followed.
public final class DirectoryTree {

  /// Whose files the tree has.
  public enum Owners {
    /// As the host says, seen from the user namespace this process is in.
    AS_ON_HOST,
    /// Everything belongs to 0:0.
    ROOT
  }

  /// What becomes of the marks of an overlay's upper directory that say that it hides everything
  /// below.
  public enum Marks {
    DROPPED,
    /// They stand among the extended attributes.
    KEPT
  }

  /// The attributes that mark such a directory with `y`.
  public static final Set<String> OPAQUE_MARKS =
      Set.of("user.overlay.opaque", "trusted.overlay.opaque");

  /// How a directory is read.
  ///
  /// @param leftEmpty directories, named from the root on without a leading slash (`proc`,
  ///   `var/cache/apt`), that come into the tree without what is in them
  /// @param contents knows the contents of some files, which are then not read from the host
  /// @param times gives the seconds since 1970 that a file's time becomes
  public record Options(
      Owners owners,
      Set<String> leftEmpty,
      Function<FileStamp, Optional<FileContent>> contents,
      ToLongFunction<FileTime> times,
      Marks marks) {
    public Options {
      leftEmpty = Set.copyOf(leftEmpty);
    }

    /// Of a directory that is no overlay's upper one.
    public Options(
        Owners owners,
        Set<String> leftEmpty,
        Function<FileStamp, Optional<FileContent>> contents,
        ToLongFunction<FileTime> times) {
      this(owners, leftEmpty, contents, times, Marks.DROPPED);
    }

    /// Of an overlay's upper directory.
    public static Options ofUpper(Owners owners, ToLongFunction<FileTime> times) {
      return new Options(owners, Set.of(), stamp -> Optional.empty(), times, Marks.KEPT);
    }

    /// Every file keeps its own time.
    public Options(Owners owners, Set<String> leftEmpty) {
      this(owners, leftEmpty, stamp -> Optional.empty(), time -> time.to(TimeUnit.SECONDS));
    }
  }

  private static final String WANTED = "unix:mode,uid,gid,rdev,nlink," + FileStamp.WANTED;
  private static final int TYPE_BITS = 0170000;

  /// What the host or an overlay keeps for itself.
  private static final Set<String> HOST_XATTRS =
      Set.of("security.selinux", "security.ima", "security.evm", "security.apparmor");

  private record InodeKey(long device, long inode) {}

  private record Pending(Path path, String name, EntryTable<FileNode> entries) {}

  private final Options options;
  private final HostCalls calls;
  private final Map<InodeKey, FileNode> linked = new HashMap<>();
  private final AttributesPool pool = new AttributesPool();
  private final Deque<Pending> pending = new ArrayDeque<>();

  private DirectoryTree(Options options, HostCalls calls) {
    this.options = options;
    this.calls = calls;
  }

  /// The tree that begins at a directory.
  ///
  /// @throws IOException if anything in it cannot be looked at: nothing is left out in silence
  public static FileTree read(Path directory, Options options) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    Path root = directory.toRealPath();
    try (HostCalls calls = new HostCalls()) {
      return new DirectoryTree(options, calls).readFrom(root);
    }
  }

  private FileTree readFrom(Path path) throws IOException {
    EntryTable<FileNode> entries = new EntryTable<>();
    Directory root = new Directory(attributes(path, stat(path)), entries);
    pending.push(new Pending(path, "", entries));
    while (!pending.isEmpty()) {
      readChildren(pending.pop());
    }
    return new FileTree(root);
  }

  private void readChildren(Pending here) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(here.path())) {
      for (Path child : children) {
        FileName name = FileName.of(HostPath.nameBytes(child));
        FileNode _ = here.entries().put(name, node(here, child, name));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    here.entries().sort();
  }

  private static Map<String, Object> stat(Path path) throws IOException {
    return Files.readAttributes(path, WANTED, LinkOption.NOFOLLOW_LINKS);
  }

  private FileNode node(Pending here, Path path, FileName name) throws IOException {
    Map<String, Object> stat = stat(path);
    int type = integer(stat, "mode") & TYPE_BITS;
    if (type == 0040000) {
      return directory(here, path, name, attributes(path, stat));
    }
    Place place = new Place(here.path(), name);
    if (integer(stat, "nlink") == 1) {
      return file(place, path, stat, type);
    }
    InodeKey key = new InodeKey(number(stat, "dev"), number(stat, "ino"));
    FileNode known = linked.get(key);
    if (known == null) {
      known = file(place, path, stat, type);
      linked.put(key, known);
    }
    return known;
  }

  private Directory directory(Pending parent, Path path, FileName name, Attributes attributes) {
    EntryTable<FileNode> entries = new EntryTable<>();
    String childName = parent.name().isEmpty() ? name.toString() : parent.name() + "/" + name;
    if (!options.leftEmpty().contains(childName)) {
      pending.push(new Pending(path, childName, entries));
    }
    return new Directory(attributes, entries);
  }

  private FileNode file(Place place, Path path, Map<String, Object> stat, int type)
      throws IOException {
    Attributes attributes = attributes(path, stat);
    return switch (type) {
      case 0100000 -> new RegularFile(attributes, content(place, stat));
      case 0120000 -> new Symlink(attributes, calls.readSymlink(HostPath.bytes(path)));
      case 0060000 -> device(attributes, Device.Kind.BLOCK, number(stat, "rdev"));
      case 0020000 -> device(attributes, Device.Kind.CHARACTER, number(stat, "rdev"));
      case 0010000 -> new Fifo(attributes);
      case 0140000 -> new Socket(attributes);
      default -> throw new IOException("%s: a file of type %o".formatted(path, type));
    };
  }

  private FileContent content(Place place, Map<String, Object> stat) {
    return options
        .contents()
        .apply(FileStamp.of(stat))
        .orElseGet(() -> new HostFile(place, number(stat, "size")));
  }

  private static Device device(Attributes attributes, Device.Kind kind, long number) {
    int major = (int) ((number >> 8 & 0xfff) | (number >> 32 & ~0xfff));
    int minor = (int) ((number & 0xff) | (number >> 12 & ~0xff));
    return new Device(attributes, kind, major, minor);
  }

  private Attributes attributes(Path path, Map<String, Object> stat) throws IOException {
    boolean asOnHost = options.owners() == Owners.AS_ON_HOST;
    long seconds =
        stat.get("lastModifiedTime") instanceof FileTime time
            ? options.times().applyAsLong(time)
            : 0;
    return pool.shared(
        new Attributes(
            integer(stat, "mode") & 07777,
            asOnHost ? Integer.toUnsignedLong(integer(stat, "uid")) : 0,
            asOnHost ? Integer.toUnsignedLong(integer(stat, "gid")) : 0,
            seconds,
            xattrs(HostPath.bytes(path))));
  }

  private SortedMap<String, byte[]> xattrs(byte[] path) throws IOException {
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    for (String name : calls.xattrNames(path)) {
      boolean overlays = name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.");
      boolean wanted = options.marks() == Marks.KEPT && OPAQUE_MARKS.contains(name);
      if (wanted || (!overlays && !HOST_XATTRS.contains(name))) {
        xattrs.put(name, calls.xattr(path, name));
      }
    }
    return xattrs;
  }

  private static int integer(Map<String, Object> stat, String name) {
    return (int) number(stat, name);
  }

  private static long number(Map<String, Object> stat, String name) {
    if (stat.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalStateException("this platform's files have no '" + name + "'");
  }

  /// Where a file is; the directory's path is shared by all files in it.
  private record Place(Path directory, FileName name) {}

  private record HostFile(Path directory, FileName name, long sizeBytes) implements FileContent {
    HostFile(Place place, long sizeBytes) {
      this(place.directory(), place.name(), sizeBytes);
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(HostPath.resolve(directory, name), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
