package dev.skiff.builder.root;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The files with several names below a step's upper directory. An overlay would copy such a file
/// up alone when a step writes to one of its names, and the others would keep the old content. So
/// all names stand in the upper directory before the step, as links to that very file, and are
/// taken out again after it where nothing changed.
///
/// What a step writes is written to the file below, too: all its names are above, so nobody sees it
/// there.
final class LinkedNames {

  private static final int TYPE_BITS = 0170000;
  private static final int REGULAR = 0100000;
  private static final String OPAQUE = "user:overlay.opaque";

  private final Map<Path, List<List<Path>>> known = new HashMap<>();

  /// What was put into an upper directory.
  ///
  /// @param files each of them as it was, and its names
  /// @param folders those that were made for the names, deepest last, as they were
  record Placed(Path upper, List<Linked> files, NavigableMap<Path, Stamp> folders) {

    static Placed nothing(Path upper) {
      return new Placed(upper, List.of(), new TreeMap<>());
    }
  }

  /// A file as it was before the step.
  record Linked(List<Path> names, Stamp stamp) {}

  /// Differs whenever a file was written to, renamed, or given or deprived of a name.
  record Stamp(String inode, String links, String changed) {

    static Stamp of(Path file) throws IOException {
      Map<String, Object> stat =
          Files.readAttributes(file, "unix:ino,nlink,ctime", LinkOption.NOFOLLOW_LINKS);
      return new Stamp(stat.get("ino") + "", stat.get("nlink") + "", stat.get("ctime") + "");
    }

    static boolean isOf(Path file, Stamp stamp) throws IOException {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && of(file).equals(stamp);
    }
  }

  /// The files with several names that a step would see.
  ///
  /// @param lower topmost first; what was looked through once does not change any more
  /// @return their names, of each file those that no layer above hides, with their layer
  Map<Path, List<List<Path>>> seen(List<Path> lower) throws IOException {
    Map<Path, List<List<Path>>> seen = new HashMap<>();
    for (int i = 0; i < lower.size(); i++) {
      Path layer = lower.get(i);
      List<List<Path>> groups = known.get(layer);
      if (groups == null) {
        groups = severalNames(layer);
        known.put(layer, groups);
      }
      List<List<Path>> visible = new ArrayList<>();
      for (List<Path> names : groups) {
        List<Path> left = new ArrayList<>();
        for (Path name : names) {
          if (!isHidden(name, lower.subList(0, i))) {
            left.add(name);
          }
        }
        if (left.size() > 1) {
          visible.add(left);
        }
      }
      if (!visible.isEmpty()) {
        seen.put(layer, visible);
      }
    }
    return seen;
  }

  /// Names relative to a directory, of each regular file that has several there.
  private static List<List<Path>> severalNames(Path top) throws IOException {
    Map<Long, List<Path>> byInode = new TreeMap<>();
    collect(top, top, byInode);
    return byInode.values().stream().filter(names -> names.size() > 1).toList();
  }

  private static void collect(Path top, Path folder, Map<Long, List<Path>> byInode)
      throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          collect(top, child, byInode);
        } else if (Files.exists(child, LinkOption.NOFOLLOW_LINKS)) { // Java can name it
          Map<String, Object> stat =
              Files.readAttributes(child, "unix:mode,ino,nlink", LinkOption.NOFOLLOW_LINKS);
          boolean regular = (number(stat, "mode") & TYPE_BITS) == REGULAR;
          if (regular && number(stat, "nlink") > 1) {
            byInode
                .computeIfAbsent(number(stat, "ino"), inode -> new ArrayList<>())
                .add(top.relativize(child));
          }
        }
      }
    }
  }

  private static long number(Map<String, Object> stat, String name) {
    return stat.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static boolean isHidden(Path name, List<Path> above) throws IOException {
    for (Path layer : above) {
      if (Files.exists(layer.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        return true; // by another file, or by a whiteout
      }
      for (Path parent = name.getParent(); parent != null; parent = parent.getParent()) {
        Path folder = layer.resolve(parent);
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
            && (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || isOpaque(folder))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isOpaque(Path folder) {
    try {
      return Files.getAttribute(folder, OPAQUE) instanceof byte[] value && value.length > 0;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false; // it has no such mark
    }
  }

  /// Has the kernel make the folders of all names in the upper directory, with all that they have.
  ///
  /// @param merged where the overlay is mounted
  static void makeFolders(Map<Path, List<List<Path>>> seen, Path merged) throws IOException {
    for (List<List<Path>> files : seen.values()) {
      for (List<Path> names : files) {
        for (Path name : names) {
          Path folder = name.getParent();
          if (folder != null) {
            Path touched = merged.resolve(folder);
            Files.setLastModifiedTime(touched, Files.getLastModifiedTime(touched));
          }
        }
      }
    }
  }

  /// Puts all names into the upper directory; the overlay may not be mounted.
  static Placed place(Map<Path, List<List<Path>>> seen, Path upper) throws IOException {
    Map<Path, FileTime> folders = new TreeMap<>();
    List<List<Path>> linked = new ArrayList<>();
    for (Map.Entry<Path, List<List<Path>>> layer : seen.entrySet()) {
      for (List<Path> names : layer.getValue()) {
        for (Path name : names) {
          for (Path up = name.getParent(); up != null; up = up.getParent()) {
            if (!folders.containsKey(up)) {
              folders.put(up, Files.getLastModifiedTime(upper.resolve(up)));
            }
          }
        }
        if (link(layer.getKey(), names, upper)) {
          linked.add(names);
        }
      }
    }
    NavigableMap<Path, Stamp> stamps = new TreeMap<>();
    for (Map.Entry<Path, FileTime> folder : folders.entrySet()) {
      Files.setLastModifiedTime(upper.resolve(folder.getKey()), folder.getValue());
    }
    for (Path folder : folders.keySet()) {
      stamps.put(folder, Stamp.of(upper.resolve(folder)));
    }
    List<Linked> files = new ArrayList<>();
    for (List<Path> names : linked) {
      files.add(new Linked(names, Stamp.of(upper.resolve(names.getFirst()))));
    }
    return new Placed(upper, files, stamps);
  }

  /// Whether the file system took all of them: some bound the number of names of a file.
  private static boolean link(Path layer, List<Path> names, Path upper) throws IOException {
    try {
      for (Path name : names) {
        Files.createLink(upper.resolve(name), layer.resolve(name));
      }
      return true;
    } catch (IOException e) {
      for (Path name : names) {
        boolean _ = Files.deleteIfExists(upper.resolve(name));
      }
      return false;
    }
  }

  /// Takes out what the step left as it was; the overlay may not be mounted.
  static void takeOut(Placed placed) throws IOException {
    List<Path> untouched = new ArrayList<>();
    Map<Path, FileTime> times = new HashMap<>();
    for (Map.Entry<Path, Stamp> folder : placed.folders.descendingMap().entrySet()) {
      Path path = placed.upper.resolve(folder.getKey());
      if (Stamp.isOf(path, folder.getValue())) {
        untouched.add(folder.getKey());
      }
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        times.put(path, Files.getLastModifiedTime(path));
      }
    }
    times.put(placed.upper, Files.getLastModifiedTime(placed.upper));
    for (Linked file : placed.files) {
      if (isAsItWas(placed.upper, file)) {
        for (Path name : file.names) {
          Files.delete(placed.upper.resolve(name));
        }
      }
    }
    for (Path folder : untouched) { // the deepest first
      Path path = placed.upper.resolve(folder);
      if (isEmpty(path)) {
        Files.delete(path);
        times.remove(path);
      }
    }
    for (Map.Entry<Path, FileTime> folder : times.entrySet()) {
      Files.setLastModifiedTime(folder.getKey(), folder.getValue());
    }
  }

  private static boolean isAsItWas(Path upper, Linked file) throws IOException {
    for (Path name : file.names) {
      if (!Stamp.isOf(upper.resolve(name), file.stamp)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      return !children.iterator().hasNext();
    }
  }
}
