package dev.skiff.image.tree;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One file of a tree. A hard link is the **same** `FileNode` object standing under several names.
public sealed interface FileNode {

  Attributes attributes();

  /// A file like this one but for its attributes. Of a directory there is only one: it is changed.
  default FileNode with(Attributes changed) {
    return switch (this) {
      case Directory directory -> {
        directory.setAttributes(changed);
        yield directory;
      }
      case RegularFile file -> new RegularFile(changed, file.content());
      case Symlink link -> new Symlink(changed, link.target());
      case Device device -> new Device(changed, device.kind(), device.major(), device.minor());
      case Fifo _ -> new Fifo(changed);
      case Socket _ -> new Socket(changed);
    };
  }

  /// How the bytes of two regular files are compared.
  @FunctionalInterface
  interface ContentComparison {
    boolean isSame(FileContent old, FileContent now) throws IOException;
  }

  /// Whether two files are of one kind, with the same attributes, and hold the same. Of directories
  /// this is never said: whoever compares trees looks through them.
  static boolean isSame(FileNode old, FileNode now, ContentComparison contents) throws IOException {
    if (!old.attributes().equals(now.attributes())) {
      return false;
    }
    return switch (now) {
      case RegularFile file ->
          old instanceof RegularFile before && contents.isSame(before.content(), file.content());
      case Symlink link ->
          old instanceof Symlink before && Arrays.equals(before.target(), link.target());
      case Device device ->
          old instanceof Device before
              && before.kind() == device.kind()
              && before.major() == device.major()
              && before.minor() == device.minor();
      case Fifo _ -> old instanceof Fifo;
      case Socket _ -> old instanceof Socket;
      case Directory _ -> false;
    };
  }

  /// A directory; its children may be added to and replaced while a tree is being made.
  ///
  /// It begins packed, and stays so as long as it is only looked through with `entries` and
  /// `child`: whoever reads or writes whole trees leaves `children` alone.
  final class Directory implements FileNode {

    private Attributes attributes;
    private @Nullable EntryTable<FileNode> packed;
    private @Nullable NavigableMap<FileName, FileNode> unpacked;

    public Directory(Attributes attributes) {
      this.attributes = attributes;
    }

    /// A directory of entries that may still be added to, until `children` is called.
    public Directory(Attributes attributes, EntryTable<FileNode> entries) {
      this.attributes = attributes;
      packed = entries;
    }

    @Override
    public Attributes attributes() {
      return attributes;
    }

    public void setAttributes(Attributes changed) {
      attributes = changed;
    }

    /// Sorted by unsigned bytes; live, so changes show. Takes some 100 bytes a child from now on.
    public NavigableMap<FileName, FileNode> children() {
      NavigableMap<FileName, FileNode> children = unpacked;
      if (children == null) {
        children = new TreeMap<>();
        for (Map.Entry<FileName, FileNode> entry : entries()) {
          children.put(entry.getKey(), entry.getValue());
        }
        unpacked = children;
        packed = null;
      }
      return children;
    }

    /// Sorted by unsigned bytes; nothing is to be added while one looks through them, but what
    /// stands under a name may be set.
    public Iterable<Map.Entry<FileName, FileNode>> entries() {
      EntryTable<FileNode> table = packed;
      if (table != null) {
        table.sort();
        return table;
      }
      return unpacked == null ? List.of() : unpacked.entrySet();
    }

    /// What stands under a name, or null.
    public @Nullable FileNode child(FileName name) {
      if (packed != null) {
        return packed.get(name);
      }
      return unpacked == null ? null : unpacked.get(name);
    }

    /// Puts another file under each name.
    public void replaceChildren(UnaryOperator<FileNode> change) {
      if (packed != null) {
        packed.replaceAll(change);
      } else if (unpacked != null) {
        unpacked.replaceAll((_, node) -> change.apply(node));
      }
    }
  }

  /// A regular file. A class, not a record, because hard links are told by identity.
  final class RegularFile implements FileNode {

    private final Attributes attributes;
    private final FileContent content;

    public RegularFile(Attributes attributes, FileContent content) {
      this.attributes = attributes;
      this.content = content;
    }

    @Override
    public Attributes attributes() {
      return attributes;
    }

    public FileContent content() {
      return content;
    }
  }

  /// A symbolic link.
  final class Symlink implements FileNode {

    private final Attributes attributes;
    private final byte[] target;

    /// A link to `target`.
    ///
    /// @param target 1 to 65535 bytes, as readlink(2) gives them
    public Symlink(Attributes attributes, byte[] target) {
      if (target.length == 0 || target.length > 65535) {
        throw new IllegalArgumentException("a link target has 1 to 65535 bytes: " + target.length);
      }
      this.attributes = attributes;
      this.target = target.clone();
    }

    @Override
    public Attributes attributes() {
      return attributes;
    }

    /// A copy of the bytes that readlink(2) would give.
    public byte[] target() {
      return target.clone();
    }
  }

  /// A device node.
  ///
  /// @param major 0 to 4095
  /// @param minor 0 to 2^20-1
  record Device(Attributes attributes, Kind kind, int major, int minor) implements FileNode {

    /// What the driver moves: blocks or characters.
    public enum Kind {
      BLOCK,
      CHARACTER
    }
  }

  /// A named pipe.
  record Fifo(Attributes attributes) implements FileNode {}

  /// A socket's place in the file system.
  record Socket(Attributes attributes) implements FileNode {}
}
