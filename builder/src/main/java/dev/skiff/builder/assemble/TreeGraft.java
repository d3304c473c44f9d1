package dev.skiff.builder.assemble;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.Folder;
import dev.skiff.builder.metadata.ImageEntry.Link;
import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adds metadata to a tree in memory, by the same rules as `EntryWriter` has for a directory: links
/// are followed within the tree.
final class TreeGraft {

  private static final int MOST_LINKS = 40;

  private final FileTree tree;
  private final long mtimeSeconds;

  /// @param mtimeSeconds the time of what is added
  TreeGraft(FileTree tree, long mtimeSeconds) {
    this.tree = tree;
    this.mtimeSeconds = mtimeSeconds;
  }

  /// @throws IOException if a file of the image stands where a directory goes
  void add(List<ImageEntry> entries) throws IOException {
    openRoot();
    for (ImageEntry entry : entries) {
      add(entry);
    }
  }

  /// The owner must be able to write to the root of a sandbox made of the image.
  private void openRoot() {
    Attributes root = tree.root().attributes();
    tree.root()
        .setAttributes(
            new Attributes(
                root.permissions() | 0700,
                root.uid(),
                root.gid(),
                root.mtimeSeconds(),
                root.xattrs()));
  }

  private void add(ImageEntry entry) throws IOException {
    boolean follow = !(entry instanceof Link);
    Place place = find(entry.path().value(), follow);
    FileNode present = place.directory.child(place.name);
    switch (entry) {
      case Folder(var _, int permissions) -> {
        if (present == null) {
          place.put(new Directory(attributes(permissions)));
        }
      }
      case TextFile file -> {
        if (file.present() != WhenPresent.KEEP || present == null) {
          place.put(file(file, present));
        }
      }
      case Link(var _, String target) -> {
        if (present == null || present instanceof Symlink) {
          place.put(new Symlink(attributes(0777), target.getBytes(StandardCharsets.UTF_8)));
        }
      }
    }
  }

  private RegularFile file(TextFile file, @Nullable FileNode present) throws IOException {
    byte[] text = file.text().getBytes(file.encoding());
    boolean append = file.present() == WhenPresent.APPEND;
    byte[] before = append && present instanceof RegularFile old ? bytes(old) : new byte[0];
    byte[] all = Arrays.copyOf(before, before.length + text.length);
    System.arraycopy(text, 0, all, before.length, text.length);
    return new RegularFile(attributes(file.permissions()), FileContent.of(all));
  }

  private static byte[] bytes(RegularFile file) throws IOException {
    try (InputStream in = file.content().open()) {
      return in.readAllBytes();
    }
  }

  private Attributes attributes(int permissions) {
    return Attributes.of(permissions, 0, 0, mtimeSeconds);
  }

  /// A name in a directory, whether or not something stands there.
  private record Place(Directory directory, FileName name) {
    void put(FileNode node) {
      directory.children().put(name, node);
    }
  }

  /// Where a path leads; missing directories on the way are made.
  private Place find(String path, boolean followLast) throws IOException {
    Deque<String> ahead = new ArrayDeque<>(names(path));
    Deque<Directory> above = new ArrayDeque<>(List.of(tree.root()));
    int links = 0;
    while (true) {
      String text = ahead.removeFirst();
      if (text.equals("..")) {
        if (above.size() > 1) {
          Directory _ = above.pop();
        }
        continue;
      }
      FileName name = FileName.of(text);
      FileNode node = above.element().child(name);
      boolean isLast = ahead.isEmpty();
      if (node instanceof Symlink link && (!isLast || followLast)) {
        if (++links > MOST_LINKS) {
          throw new FileSystemLoopException(path);
        }
        String target = new String(link.target(), StandardCharsets.UTF_8);
        if (target.startsWith("/")) {
          above.clear();
          above.push(tree.root());
        }
        names(target).reversed().forEach(ahead::addFirst);
      } else if (isLast) {
        return new Place(above.element(), name);
      } else {
        above.push(directory(above.element(), name, node));
      }
    }
  }

  private Directory directory(Directory parent, FileName name, @Nullable FileNode node)
      throws IOException {
    if (node instanceof Directory there) {
      return there;
    }
    if (node != null) {
      throw new NotDirectoryException(name.toString());
    }
    Directory made = new Directory(attributes(0755));
    parent.children().put(name, made);
    return made;
  }

  private static List<String> names(String path) {
    return Arrays.stream(path.split("/+", -1))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }
}
