package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.jspecify.annotations.Nullable;

/// Layers applied one after the other to a tree in memory, read by another library: slow, simple,
/// and with nothing in common with the merge but the kinds of files.
final class OrderedExtraction {

  /// Says that a hard link leads to nothing, which the merge refuses as well.
  static final class LinkToNothing extends Exception {
    private static final long serialVersionUID = 1L;

    LinkToNothing(String path) {
      super(path);
    }
  }

  /// A link whose target has still to be found; the placeholder stands where the link does.
  private record Pending(FileNode placeholder, String target) {}

  private static final byte[] NONE = {};
  private static final int BLOCK_BYTES = 10240;
  private static final int RECORD_BYTES = 512;

  private final Directory root = implied();
  private final IdentityHashMap<Directory, Set<FileName>> placedHere = new IdentityHashMap<>();

  private static Directory implied() {
    return new Directory(Attributes.of(0755, 0, 0, 0));
  }

  FileTree tree() {
    return new FileTree(root);
  }

  void apply(byte[] tar) throws IOException, LinkToNothing {
    Directory before = copy(root);
    placedHere.clear();
    hide(tar);
    List<Pending> links = new ArrayList<>();
    try (TarFile in = open(tar)) {
      for (TarArchiveEntry entry : in.getEntries()) {
        if (!isWhiteout(names(entry.getName()))) {
          put(entry, in, links);
        }
      }
    }
    for (Pending link : links) {
      resolve(link, before);
    }
    dropReserved(root);
  }

  private static TarFile open(byte[] tar) throws IOException {
    return new TarFile(
        new SeekableInMemoryByteChannel(tar), BLOCK_BYTES, RECORD_BYTES, "ISO-8859-1", false);
  }

  /// The same directories with the same files in them.
  private static Directory copy(Directory from) {
    Directory copy = new Directory(from.attributes());
    from.children()
        .forEach((name, node) ->
            copy.children().put(name, node instanceof Directory d ? copy(d) : node));
    return copy;
  }

  /// The parts of a path, each of whose characters is a byte.
  private static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        if (!names.isEmpty()) {
          names.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        names.add(part);
      }
    }
    return names;
  }

  private static FileName name(String text) {
    return FileName.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static boolean isWhiteout(List<String> names) {
    return !names.isEmpty()
        && names.getLast().startsWith(".wh.")
        && (names.getLast().equals(".wh..wh..opq") || !names.getLast().startsWith(".wh..wh."));
  }

  private void hide(byte[] tar) throws IOException {
    try (TarFile in = open(tar)) {
      for (TarArchiveEntry entry : in.getEntries()) {
        List<String> names = names(entry.getName());
        if (isWhiteout(names)) {
          Directory directory = lower(names.subList(0, names.size() - 1));
          String hidden = names.getLast().substring(".wh.".length());
          if (directory != null && hidden.equals(".wh..opq")) {
            directory.children().clear();
          } else if (directory != null) {
            var _ = directory.children().remove(name(hidden));
          }
        }
      }
    }
  }

  private @Nullable Directory lower(List<String> names) {
    Directory here = root;
    for (String name : names) {
      if (!(here.children().get(name(name)) instanceof Directory next)) {
        return null;
      }
      here = next;
    }
    return here;
  }

  private void put(TarArchiveEntry entry, TarFile in, List<Pending> links)
      throws IOException, LinkToNothing {
    List<String> names = names(entry.getName());
    if (names.isEmpty()) {
      root.setAttributes(attributes(entry));
      return;
    }
    Directory directory = parent(names);
    FileName name = name(names.getLast());
    if (entry.isLink()) {
      FileNode target = here(names(entry.getLinkName()));
      if (target == null) {
        FileNode placeholder = new RegularFile(Attributes.of(0, 0, 0, 0), RandomTree.content(NONE));
        links.add(new Pending(placeholder, entry.getLinkName()));
        place(directory, name, placeholder);
      } else if (target instanceof Directory) {
        throw new LinkToNothing(entry.getName());
      } else {
        place(directory, name, target);
      }
    } else if (entry.isDirectory()) {
      Directory there =
          directory.children().get(name) instanceof Directory known ? known : implied();
      there.setAttributes(attributes(entry));
      place(directory, name, there);
    } else {
      place(directory, name, file(entry, in));
    }
  }

  private void place(Directory directory, FileName name, FileNode node) {
    directory.children().put(name, node);
    placedHere.computeIfAbsent(directory, d -> new HashSet<>()).add(name);
  }

  private boolean isPlacedHere(Directory directory, FileName name) {
    return placedHere.getOrDefault(directory, Set.of()).contains(name);
  }

  /// The directory of an entry: links of this layer are followed, all else that is in the way is
  /// replaced by a directory.
  private Directory parent(List<String> names) throws LinkToNothing {
    List<Directory> way = new ArrayList<>(List.of(root));
    List<String> left = new ArrayList<>(names.subList(0, names.size() - 1));
    int links = 0;
    while (!left.isEmpty()) {
      String part = left.removeFirst();
      if (part.equals("..")) {
        if (way.size() > 1) {
          way.removeLast();
        }
        continue;
      }
      FileName name = name(part);
      Directory directory = way.getLast();
      FileNode node = directory.children().get(name);
      if (node instanceof Symlink link && isPlacedHere(directory, name)) {
        links++;
        if (links > 40) {
          throw new LinkToNothing(part);
        }
        follow(link, way, left);
      } else if (node instanceof Directory next) {
        way.add(next);
        place(directory, name, next);
      } else {
        Directory made = implied();
        place(directory, name, made);
        way.add(made);
      }
    }
    return way.getLast();
  }

  private static void follow(Symlink link, List<Directory> way, List<String> left) {
    String target = new String(link.target(), StandardCharsets.ISO_8859_1);
    if (target.startsWith("/")) {
      way.subList(1, way.size()).clear();
    }
    left.addAll(
        0,
        Arrays.stream(target.split("/", -1)).filter(p -> !p.isEmpty() && !p.equals(".")).toList());
  }

  /// What this layer has at a path so far.
  private @Nullable FileNode here(List<String> names) throws LinkToNothing {
    return find(root, names, true);
  }

  private @Nullable FileNode find(Directory from, List<String> names, boolean onlyThisLayer)
      throws LinkToNothing {
    if (names.isEmpty()) {
      return from;
    }
    List<Directory> way = new ArrayList<>(List.of(from));
    List<String> left = new ArrayList<>(names.subList(0, names.size() - 1));
    int links = 0;
    while (!left.isEmpty()) {
      String part = left.removeFirst();
      FileNode node = way.getLast().children().get(part.equals("..") ? name("x") : name(part));
      if (part.equals("..")) {
        if (way.size() > 1) {
          way.removeLast();
        }
      } else if (node instanceof Directory next) {
        way.add(next);
      } else if (node instanceof Symlink link
          && (!onlyThisLayer || isPlacedHere(way.getLast(), name(part)))) {
        links++;
        if (links > 40) {
          throw new LinkToNothing(part);
        }
        follow(link, way, left);
      } else {
        return null;
      }
    }
    FileName last = name(names.getLast());
    return onlyThisLayer && !isPlacedHere(way.getLast(), last)
        ? null
        : way.getLast().children().get(last);
  }

  /// A link whose target was not there yet: it came later, or a lower layer has it.
  private void resolve(Pending link, Directory before) throws LinkToNothing {
    FileNode target = here(names(link.target()));
    if (target == null || target.equals(link.placeholder())) {
      target = find(before, names(link.target()), false);
    }
    if (target == null || target instanceof Directory) {
      throw new LinkToNothing(link.target());
    }
    replace(root, link.placeholder(), target);
  }

  private static void replace(Directory directory, FileNode old, FileNode now) {
    for (Map.Entry<FileName, FileNode> child : directory.children().entrySet()) {
      if (child.getValue() instanceof Directory below) {
        replace(below, old, now);
      } else if (child.getValue().equals(old)) {
        var _ = child.setValue(now);
      }
    }
  }

  private static void dropReserved(Directory directory) {
    directory.children().keySet().removeIf(name -> name.toString().startsWith(".wh."));
    for (FileNode child : directory.children().values()) {
      if (child instanceof Directory below) {
        dropReserved(below);
      }
    }
  }

  private static FileNode file(TarArchiveEntry entry, TarFile in) throws IOException {
    Attributes attributes = attributes(entry);
    if (entry.isSymbolicLink()) {
      return new Symlink(attributes, entry.getLinkName().getBytes(StandardCharsets.ISO_8859_1));
    }
    if (entry.isFIFO()) {
      return new Fifo(attributes);
    }
    if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      Device.Kind kind = entry.isBlockDevice() ? Device.Kind.BLOCK : Device.Kind.CHARACTER;
      return new Device(attributes, kind, entry.getDevMajor(), entry.getDevMinor());
    }
    try (InputStream content = in.getInputStream(entry)) {
      return new RegularFile(attributes, RandomTree.content(content.readAllBytes()));
    }
  }

  private static Attributes attributes(TarArchiveEntry entry) {
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    entry
        .getExtraPaxHeaders()
        .forEach((key, value) -> {
          if (key.startsWith("SCHILY.xattr.")) {
            xattrs.put(
                key.substring("SCHILY.xattr.".length()), value.getBytes(StandardCharsets.UTF_8));
          } else if (key.startsWith("LIBARCHIVE.xattr.")) {
            xattrs.put(
                key.substring("LIBARCHIVE.xattr.".length()), Base64.getDecoder().decode(value));
          }
        });
    return new Attributes(
        entry.isSymbolicLink() ? 0777 : entry.getMode() & 07777,
        entry.getLongUserId(),
        entry.getLongGroupId(),
        Math.floorDiv(entry.getLastModifiedTime().toMillis(), 1000L),
        xattrs);
  }
}
