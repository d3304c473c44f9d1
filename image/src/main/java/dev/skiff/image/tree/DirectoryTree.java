package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
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
///
/// Takes some 80 bytes a file: a content knows its directory and its number in it, and the path is
/// put together when it is opened.
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

  /// Stands under a name until the file is looked at.
  private static final FileNode UNREAD = new Fifo(Attributes.of(0, 0, 0, 0));

  /// Which of a directory's files one is.
  private record Place(HostFolder folder, int number) {}

  /// A directory that is yet to be read.
  private record Pending(HostFolder folder, String name) {}

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
    HostFolder folder = HostFolder.of(HostPath.bytes(path));
    Directory root = new Directory(attributes(path, stat(path)), folder.entries());
    pending.push(new Pending(folder, ""));
    while (!pending.isEmpty()) {
      readChildren(pending.pop());
    }
    return new FileTree(root);
  }

  private void readChildren(Pending here) throws IOException {
    Path path = here.folder().path();
    EntryTable<FileNode> entries = here.folder().entries();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      for (Path child : children) {
        FileNode _ = entries.put(FileName.of(HostPath.nameBytes(child)), UNREAD);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(); // from now on each name has its number
    int number = 0;
    for (Map.Entry<FileName, FileNode> child : entries) {
      FileName name = child.getKey();
      FileNode _ = child.setValue(node(here, HostPath.resolve(path, name), name, number));
      number++;
    }
  }

  private static Map<String, Object> stat(Path path) throws IOException {
    return Files.readAttributes(path, WANTED, LinkOption.NOFOLLOW_LINKS);
  }

  /// @param number of the name in its directory
  private FileNode node(Pending here, Path path, FileName name, int number) throws IOException {
    Map<String, Object> stat = stat(path);
    int type = integer(stat, "mode") & TYPE_BITS;
    if (type == 0040000) {
      return directory(here, name, attributes(path, stat));
    }
    Place place = new Place(here.folder(), number);
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

  private Directory directory(Pending parent, FileName name, Attributes attributes) {
    HostFolder folder = HostFolder.in(parent.folder(), name);
    String childName = parent.name().isEmpty() ? name.toString() : parent.name() + "/" + name;
    if (!options.leftEmpty().contains(childName)) {
      pending.push(new Pending(folder, childName));
    }
    return new Directory(attributes, folder.entries());
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
        .orElseGet(() -> place.folder().file(place.number(), number(stat, "size")));
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
}
