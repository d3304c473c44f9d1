package dev.skiff.builder.root;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A root that is a tree in memory; the root's path is `/`. Changes what the kernel would change of
/// a directory on disk: also the times of directories, and the group that a set-gid directory
/// gives.
///
/// Files of the host that are taken in are read when the tree is written, and must not change until
/// then. One thread at a time may use it.
public final class TreeFiles implements RootFiles {

  private static final int SET_GID = 02000;

  private final FileTree tree;

  /// Whose time is that of the build, which is not known yet.
  private final Set<FileNode> made = Collections.newSetFromMap(new IdentityHashMap<>());

  /// @param tree is changed
  public TreeFiles(FileTree tree) {
    this.tree = tree;
  }

  /// The root's path, and those below it.
  public RootPaths paths() {
    return new RootPaths(Path.of("/"), this);
  }

  /// The tree as it is now.
  ///
  /// @param madeSeconds the time of all that was made or changed, in seconds since 1970
  public FileTree tree(long madeSeconds) {
    IdentityHashMap<FileNode, FileNode> timed = new IdentityHashMap<>();
    for (FileNode node : made) {
      Attributes is = node.attributes();
      timed.put(
          node,
          node.with(
              new Attributes(is.permissions(), is.uid(), is.gid(), madeSeconds, is.xattrs())));
    }
    made.clear();
    replaceEverywhere(timed);
    return tree;
  }

  /// Puts others in the place of files, under all of their names.
  private void replaceEverywhere(IdentityHashMap<FileNode, FileNode> others) {
    Deque<Directory> open = new ArrayDeque<>(List.of(tree.root()));
    while (!open.isEmpty()) {
      open.pop()
          .replaceChildren(child -> {
            if (child instanceof Directory directory) {
              open.push(directory);
            }
            return others.getOrDefault(child, child);
          });
    }
  }

  private @Nullable FileNode node(Path path) {
    FileNode here = tree.root();
    for (Path name : path) {
      if (!(here instanceof Directory directory) || !FileName.isUsable(name.toString())) {
        return null;
      }
      FileNode next = directory.child(FileName.of(name.toString()));
      if (next == null) {
        return null;
      }
      here = next;
    }
    return here;
  }

  private FileNode existing(Path path) throws NoSuchFileException {
    FileNode node = node(path);
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  private Directory directory(Path path) throws IOException {
    if (existing(path) instanceof Directory directory) {
      return directory;
    }
    throw new NotDirectoryException(path.toString());
  }

  private RegularFile file(Path path) throws IOException {
    if (existing(path) instanceof RegularFile file) {
      return file;
    }
    throw new FileSystemException(path.toString(), null, "it is no regular file");
  }

  private Directory parent(Path path) throws IOException {
    Path parent = path.getParent();
    return parent == null ? tree.root() : directory(parent);
  }

  private static FileName name(Path path) throws IOException {
    Path name = path.getFileName();
    if (name == null || !FileName.isUsable(name.toString())) {
      throw new FileSystemException(path.toString(), null, "no file can have this name");
    }
    return FileName.of(name.toString());
  }

  @Override
  public Kind kind(Path path) {
    return switch (node(path)) {
      case null -> Kind.NOTHING;
      case RegularFile _ -> Kind.FILE;
      case Directory _ -> Kind.DIRECTORY;
      case Symlink _ -> Kind.LINK;
      case Device _, Fifo _, Socket _ -> Kind.OTHER;
    };
  }

  @Override
  public Path linkTarget(Path link) throws IOException {
    if (!(existing(link) instanceof Symlink found)) {
      throw new FileSystemException(link.toString(), null, "it is no link");
    }
    try {
      return Path.of(new String(found.target(), StandardCharsets.UTF_8));
    } catch (InvalidPathException e) {
      throw new FileSystemException(link.toString(), null, "the link's target is no path");
    }
  }

  @Override
  public int permissions(Path path) throws IOException {
    return existing(path).attributes().permissions();
  }

  @Override
  public void setPermissions(Path path, int permissions) throws IOException {
    FileNode node = existing(path);
    Attributes old = node.attributes();
    Attributes changed =
        new Attributes(permissions, old.uid(), old.gid(), old.mtimeSeconds(), old.xattrs());
    if (node instanceof Directory directory) {
      directory.setAttributes(changed);
    } else if (old.permissions() != permissions) {
      replace(node, node.with(changed));
    }
  }

  private void replace(FileNode old, FileNode changed) {
    IdentityHashMap<FileNode, FileNode> others = new IdentityHashMap<>();
    others.put(old, changed);
    replaceEverywhere(others);
    if (made.remove(old)) {
      made.add(changed);
    }
  }

  @Override
  public List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    directory(directory).entries().forEach(entry -> names.add(entry.getKey().toString()));
    Collections.sort(names);
    return names;
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return file(file).content().open();
  }

  @Override
  public long sizeBytes(Path file) throws IOException {
    return file(file).content().sizeBytes();
  }

  @Override
  public void makeDirectory(Path directory, int permissions) throws IOException {
    Directory node = new Directory(attributes(directory, permissions, 0));
    put(directory, node);
    made.add(node);
  }

  @Override
  public void makeLink(Path link, Path target) throws IOException {
    byte[] bytes = target.toString().getBytes(StandardCharsets.UTF_8);
    Symlink node = new Symlink(attributes(link, 0777, 0), bytes);
    put(link, node);
    made.add(node);
  }

  @Override
  public void makeFile(Path file, byte[] bytes, int permissions) throws IOException {
    RegularFile node = new RegularFile(attributes(file, permissions, 0), FileContent.of(bytes));
    put(file, node);
    made.add(node);
  }

  @Override
  public void append(Path file, byte[] bytes, int permissions) throws IOException {
    if (!exists(file)) {
      makeFile(file, bytes, permissions);
      return;
    }
    RegularFile old = file(file);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (InputStream before = old.content().open()) {
      before.transferTo(all);
    }
    all.writeBytes(bytes);
    Attributes is = old.attributes();
    RegularFile changed =
        new RegularFile(
            new Attributes(permissions, is.uid(), is.gid(), is.mtimeSeconds(), is.xattrs()),
            FileContent.of(all.toByteArray()));
    replace(old, changed);
    made.add(changed);
  }

  @Override
  public void takeIn(Path hostFile, Path file, int permissions) throws IOException {
    Files.newInputStream(hostFile).close(); // whether it may be read is to be known now
    long seconds = Files.getLastModifiedTime(hostFile).to(TimeUnit.SECONDS);
    FileContent content = new HostContent(hostFile, Files.size(hostFile));
    put(file, new RegularFile(attributes(file, permissions, seconds), content));
  }

  private Attributes attributes(Path path, int permissions, long mtimeSeconds) throws IOException {
    Attributes above = parent(path).attributes();
    boolean inherits = (above.permissions() & SET_GID) != 0;
    return Attributes.of(permissions, 0, inherits ? above.gid() : 0, mtimeSeconds);
  }

  private void put(Path path, FileNode node) throws IOException {
    Directory parent = parent(path);
    if (parent.children().putIfAbsent(name(path), node) != null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    made.add(parent);
  }

  @Override
  public void delete(Path path) throws IOException {
    FileNode node = node(path);
    if (node == null) {
      return;
    }
    if (node instanceof Directory directory && directory.entries().iterator().hasNext()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    Directory parent = parent(path);
    var _ = parent.children().remove(name(path));
    made.add(parent);
    if (node instanceof Directory) {
      made.remove(node);
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    FileNode node = existing(from);
    put(to, node);
    Directory parent = parent(from);
    var _ = parent.children().remove(name(from));
    made.add(parent);
  }

  private record HostContent(Path file, long sizeBytes) implements FileContent {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }
  }
}
