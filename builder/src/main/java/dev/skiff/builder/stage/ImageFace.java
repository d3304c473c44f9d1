package dev.skiff.builder.stage;

import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.image.oci.layer.LayerApplication;
import dev.skiff.image.oci.layer.LayerTar;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.oci.layer.Whiteouts;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/// The part of an image in which metadata is written and looked up: `/.singularity.d`, the apps'
/// own `scif` directories, and what stands in the root. It is small, so that metadata can be
/// written anew without the rest being unpacked.
final class ImageFace {

  private static final String META = ".singularity.d";
  private static final String APPS = "scif/apps";
  private static final long MOST_BYTES = 4 << 20;
  private static final Set<FileName> OPEN = Set.of(FileName.of(META), FileName.of("scif"));
  private static final FileName LABELS =
      FileName.of(Skeleton.BUILD_LABELS.substring(1)); // what scripts left there

  private ImageFace() {}

  /// The face of a finished root. Contents are read when they are opened.
  ///
  /// @return empty if metadata may be written elsewhere: links lead out of it, or it is too large
  static Optional<FileTree> read(
      RootFilesystem root, DirectoryTree.Owners owners, ToLongFunction<FileTime> times)
      throws IOException {
    DirectoryTree.Options options =
        new DirectoryTree.Options(
            owners, closed(root.directory()), stamp -> Optional.empty(), times);
    FileTree tree = DirectoryTree.read(root.directory(), options);
    EntryTable<FileNode> entries = new EntryTable<>();
    for (Map.Entry<FileName, FileNode> child : tree.root().entries()) {
      FileName name = child.getKey();
      FileNode node = child.getValue();
      if (OPEN.contains(name)) {
        if (!(node instanceof Directory directory) || bytesWithin(directory) > MOST_BYTES) {
          return Optional.empty();
        }
        FileNode _ = entries.put(name, node);
      } else if (node instanceof Directory || node instanceof Symlink || name.equals(LABELS)) {
        FileNode _ = entries.put(name, node);
      }
    }
    entries.sort();
    return Optional.of(new FileTree(new Directory(tree.root().attributes(), entries)));
  }

  /// The face after a layer was laid over it; contents of the layer are read now.
  ///
  /// @param changed as `LayerTar` wants it
  /// @return empty if metadata may be written elsewhere now
  static Optional<FileTree> after(FileTree face, FileTree changed) throws IOException {
    EntryTable<FileNode> entries = new EntryTable<>();
    for (Map.Entry<FileName, FileNode> child : changed.root().entries()) {
      FileName name = child.getKey();
      FileNode node = child.getValue();
      if (OPEN.contains(name)) {
        if (!(node instanceof Directory directory) || bytesWithin(directory) > MOST_BYTES) {
          return Optional.empty();
        }
        FileNode _ = entries.put(name, node);
      } else if (node instanceof Directory directory) {
        FileNode _ = entries.put(name, new Directory(directory.attributes()));
      } else if (node instanceof Symlink || name.equals(LABELS) || Whiteouts.isReserved(name)) {
        FileNode _ = entries.put(name, node);
      }
    }
    entries.sort();
    FileTree part = new FileTree(new Directory(changed.root().attributes(), entries));
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    LayerTar.write(part, tar);
    apply(face, new InMemory(tar.toByteArray()));
    return Optional.of(face);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record InMemory(byte[] tar) implements TarLayer {

    @Override
    public String name() {
      return "what a script changed";
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(tar);
    }
  }

  /// The directories that are not looked into.
  private static Set<String> closed(Path root) throws IOException {
    Set<String> closed = new HashSet<>();
    addChildren(root, "", Set.of(META, "scif"), closed);
    addChildren(root, "scif", Set.of("apps"), closed);
    if (Files.isDirectory(root.resolve(APPS), LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> apps = Files.newDirectoryStream(root.resolve(APPS))) {
        for (Path app : apps) {
          addChildren(root, APPS + "/" + app.getFileName(), Set.of("scif"), closed);
        }
      }
    }
    return closed;
  }

  private static void addChildren(
      Path root, String directory, Set<String> except, Set<String> closed) throws IOException {
    Path path = root.resolve(directory);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        if (!except.contains(name)) {
          closed.add(directory.isEmpty() ? name : directory + "/" + name);
        }
      }
    }
  }

  /// More than allowed if there are links, which lead anywhere.
  private static long bytesWithin(Directory directory) {
    long bytes = 0;
    for (Map.Entry<FileName, FileNode> child : directory.entries()) {
      bytes +=
          switch (child.getValue()) {
            case Directory below -> bytesWithin(below);
            case RegularFile file -> file.content().sizeBytes();
            case Symlink _ -> MOST_BYTES + 1;
            default -> 0;
          };
    }
    return bytes;
  }

  /// A face that was kept as a layer.
  static FileTree of(TarLayer kept) throws IOException {
    FileTree tree = new FileTree(new Directory(Attributes.of(0755, 0, 0, 0)));
    apply(tree, kept);
    return tree;
  }

  private static void apply(FileTree tree, TarLayer layer) throws IOException {
    LayerApplication.apply(
        tree,
        layer,
        (in, size) -> {
          if (size > MOST_BYTES) {
            throw new IOException("metadata of " + size + " bytes");
          }
          return FileContent.of(in.readAllBytes());
        });
  }
}
