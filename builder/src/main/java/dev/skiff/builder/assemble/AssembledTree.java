package dev.skiff.builder.assemble;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Copies a tree with other times and watched contents; hard links stay hard links.
final class AssembledTree {

  private final long latestSeconds;
  private final UnaryOperator<FileContent> contents;
  private final IdentityHashMap<FileNode, FileNode> done = new IdentityHashMap<>();

  private AssembledTree(long latestSeconds, UnaryOperator<FileContent> contents) {
    this.latestSeconds = latestSeconds;
    this.contents = contents;
  }

  /// The tree as it is written.
  ///
  /// @param latest the latest time that a file may have
  /// @param contents what is put around each content
  static FileTree of(FileTree tree, Optional<Instant> latest, UnaryOperator<FileContent> contents) {
    long seconds = latest.map(Instant::getEpochSecond).orElse(Long.MAX_VALUE);
    return new FileTree(new AssembledTree(seconds, contents).directory(tree.root()));
  }

  private Directory directory(Directory from) {
    Directory to = new Directory(attributes(from.attributes()));
    from.children().forEach((name, child) -> to.children().put(name, node(child)));
    return to;
  }

  private FileNode node(FileNode from) {
    FileNode known = done.get(from);
    if (known != null) {
      return known;
    }
    FileNode to = copy(from);
    done.put(from, to);
    return to;
  }

  private FileNode copy(FileNode from) {
    Attributes attributes = attributes(from.attributes());
    return switch (from) {
      case Directory directory -> directory(directory);
      case RegularFile file -> new RegularFile(attributes, contents.apply(file.content()));
      case Symlink link -> new Symlink(attributes, link.target());
      case Device device -> new Device(attributes, device.kind(), device.major(), device.minor());
      case Fifo _ -> new Fifo(attributes);
      case Socket _ -> new Socket(attributes);
    };
  }

  private Attributes attributes(Attributes from) {
    return from.mtimeSeconds() <= latestSeconds
        ? from
        : new Attributes(from.permissions(), from.uid(), from.gid(), latestSeconds, from.xattrs());
  }
}
