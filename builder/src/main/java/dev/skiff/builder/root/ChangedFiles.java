package dev.skiff.builder.root;

import dev.skiff.image.oci.layer.UpperDirectory;
import dev.skiff.image.oci.layer.Whiteouts;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.DirectoryTree.Owners;
import dev.skiff.image.tree.EntryTable;
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
import dev.skiff.image.tree.HostPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Tells what became of a directory as a layer: what is new or different stands in it, what is gone
/// as a whiteout. The times of the two looks are only held against each other: those of the layer
/// are read from the disk.
final class ChangedFiles {

  private final Path root;
  private final Owners owners;
  private final ToLongFunction<FileTime> times;
  private final List<String> unsayable = new ArrayList<>();

  /// Files with several names are one file in the layer too.
  private final IdentityHashMap<FileNode, FileNode> linked = new IdentityHashMap<>();

  /// @param root where both looks were taken, as it is now
  ChangedFiles(Path root, Owners owners, ToLongFunction<FileTime> times) {
    this.root = root;
    this.owners = owners;
    this.times = times;
  }

  UpperDirectory.Read between(FileTree before, FileTree after) throws IOException {
    EntryTable<FileNode> entries = entries(before.root(), after.root(), root);
    Directory top = new Directory(attributes(after.root(), root), entries);
    return new UpperDirectory.Read(new FileTree(top), unsayable);
  }

  /// @param before empty if nothing stood here
  private EntryTable<FileNode> entries(@Nullable Directory before, Directory after, Path path)
      throws IOException {
    EntryTable<FileNode> entries = new EntryTable<>();
    SortedMap<FileName, FileNode> gone = new TreeMap<>();
    if (before != null) {
      before.entries().forEach(entry -> gone.put(entry.getKey(), entry.getValue()));
    }
    for (Map.Entry<FileName, FileNode> child : after.entries()) {
      FileName name = child.getKey();
      Path host = HostPath.resolve(path, name);
      FileNode old = gone.remove(name);
      if (Whiteouts.isReserved(name)) {
        unsayable.add("/" + root.relativize(host));
      } else {
        put(entries, name, changed(old, child.getValue(), host));
      }
    }
    for (FileName name : gone.keySet()) {
      if (!Whiteouts.isReserved(name)) {
        FileNode _ = entries.put(Whiteouts.of(name), Whiteouts.node());
      }
    }
    entries.sort();
    return entries;
  }

  private static void put(EntryTable<FileNode> entries, FileName name, @Nullable FileNode node) {
    if (node != null) {
      FileNode _ = entries.put(name, node);
    }
  }

  private @Nullable FileNode changed(@Nullable FileNode old, FileNode now, Path host)
      throws IOException {
    if (now instanceof Directory directory) {
      Directory known = old instanceof Directory was ? was : null;
      EntryTable<FileNode> entries = entries(known, directory, host);
      boolean same = known != null && known.attributes().equals(now.attributes());
      return same && entries.size() == 0 ? null : new Directory(attributes(now, host), entries);
    }
    return old != null && FileNode.isSame(old, now, Object::equals) ? null : made(now, host);
  }

  private FileNode made(FileNode now, Path host) throws IOException {
    FileNode known = linked.get(now);
    if (known != null) {
      return known;
    }
    Attributes attributes = attributes(now, host);
    FileNode made =
        switch (now) {
          case RegularFile file ->
              new RegularFile(attributes, new OnDisk(host, file.content().sizeBytes()));
          case Symlink link -> new Symlink(attributes, link.target());
          case Device device ->
              new Device(attributes, device.kind(), device.major(), device.minor());
          case Fifo _ -> new Fifo(attributes);
          case Socket _ -> new Socket(attributes);
          case Directory directory -> directory;
        };
    linked.put(now, made);
    return made;
  }

  private Attributes attributes(FileNode node, Path host) throws IOException {
    Attributes own = node.attributes();
    boolean kept = owners == Owners.AS_ON_HOST;
    long seconds = times.applyAsLong(Files.getLastModifiedTime(host, LinkOption.NOFOLLOW_LINKS));
    return new Attributes(
        own.permissions(), kept ? own.uid() : 0, kept ? own.gid() : 0, seconds, own.xattrs());
  }

  private record OnDisk(Path file, long sizeBytes) implements FileContent {

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
