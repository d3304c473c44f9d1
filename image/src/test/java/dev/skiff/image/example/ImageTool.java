package dev.skiff.image.example;

import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.ArchiveReference;
import dev.skiff.image.oci.archive.OciLayout;
import dev.skiff.image.oci.layer.LayerMerge;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.sif.SifWriter;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// The library in use, a method for each thing that one comes for:
///
/// ```
/// ImageTool convert LAYOUT[:TAG] IMAGE.sif
/// ImageTool list IMAGE.sif
/// ImageTool cat IMAGE PATH
/// ImageTool pack DIRECTORY IMAGE.sqfs
/// ```
final class ImageTool {

  private final PrintStream out;

  ImageTool(PrintStream out) {
    this.out = out;
  }

  static void main(String[] args) throws IOException {
    new ImageTool(System.out).run(args);
  }

  void run(String... words) throws IOException {
    switch (words[0]) {
      case "convert" -> convert(words[1], Path.of(words[2]));
      case "list" -> list(Path.of(words[1]));
      case "cat" -> cat(Path.of(words[1]), words[2]);
      case "pack" -> pack(Path.of(words[1]), Path.of(words[2]));
      default -> throw new IllegalArgumentException("convert, list, cat or pack");
    }
  }

  /// The layers are merged while they are read, topmost first, and their files go straight to their
  /// place in the SIF file. Nothing is unpacked; nobody has to be root.
  private void convert(String layout, Path target) throws IOException {
    try (OciLayout source = OciLayout.openDirectory(ArchiveReference.parse(layout));
        SifWriter sif = SifWriter.create(target, 0)) {
      OciImage image = OciImage.open(source, Platform.host());
      String architecture = image.config().platform().architecture();
      SquashfsWriter root =
          sif.openRoot(Architecture.ofGoName(architecture), SquashfsOptions.defaults());
      FileTree tree =
          LayerMerge.merge(
              image.layers(),
              (content, sizeBytes) -> root.store(content, sizeBytes),
              MergeLimits.STANDARD);
      long size = root.finish(tree);
      sif.commit();
      out.println("a root of %d bytes".formatted(size));
    }
  }

  private void list(Path image) throws IOException {
    try (SifReader sif = SifReader.open(image)) {
      for (SifDescriptor object : sif.descriptors()) {
        out.println(
            "%d %s '%s' %d bytes"
                .formatted(object.id(), object.type(), object.name(), object.sizeBytes()));
      }
    }
  }

  /// Only the tables of the file system and the file's own blocks are read.
  private void cat(Path image, String path) throws IOException {
    try (SquashfsReader root = RootImage.open(image)) {
      FileNode node = root.tree().find(path).orElseThrow(() -> new FileNotFoundException(path));
      if (!(node instanceof RegularFile file)) {
        throw new IOException(path + " is no regular file");
      }
      try (InputStream content = file.content().open()) {
        var _ = content.transferTo(out);
      }
    }
  }

  private void pack(Path directory, Path target) throws IOException {
    FileTree tree =
        DirectoryTree.read(
            directory, new DirectoryTree.Options(DirectoryTree.Owners.ROOT, Set.of("proc", "sys")));
    try (FileChannel channel =
        FileChannel.open(
            target,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      long size = SquashfsWriter.write(tree, channel, 0, SquashfsOptions.defaults());
      out.println("%d bytes from %s".formatted(size, Files.size(target) == size ? directory : "?"));
    }
  }
}
