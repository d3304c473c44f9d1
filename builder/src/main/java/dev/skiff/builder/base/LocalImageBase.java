package dev.skiff.builder.base;

import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.MovedBytes;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.TreeDuplicate;
import dev.skiff.builder.root.TreeRemoval;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.ocisif.OpenedRoot;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.squashfs.LayerStack;
import dev.skiff.image.tree.ExtractedFiles;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeExtractor.Extraction;
import dev.skiff.image.tree.TreeTotals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/// A SIF file, a SquashFS image or a sandbox on this machine.
record LocalImageBase(Path path, BaseUnpacker.Settings settings, BuildListener listener) {

  private static final int USUAL_EXPANSION = 3;

  /// Unpacks it into an empty root.
  ///
  /// @return what is to know of the image, if it is an OCI image
  Optional<UnpackedImage> unpack(RootFilesystem root) throws IOException {
    if (!Files.exists(path)) {
      throw new ProblemException(BaseProblems.noImage(path));
    }
    return switch (kind()) {
      case SIF, SQUASHFS -> unsquash(root);
      case DIRECTORY -> {
        TreeRemoval.remove(root.directory());
        TreeDuplicate.copy(path.toRealPath(), root.directory(), settings.ids());
        noteNewest(root.directory());
        yield Optional.empty();
      }
      case EXT3, OTHER -> throw new ProblemException(BaseProblems.unknownKind(path));
    };
  }

  /// A sandbox has no time of its own: it is as new as its newest file.
  private void noteNewest(Path directory) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        BasicFileAttributes attributes =
            Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
          noteNewest(child);
        } else if (attributes.isRegularFile()) {
          settings.time().note(attributes.lastModifiedTime().toInstant());
        }
      }
    }
  }

  private ImageKind kind() throws IOException {
    try {
      return ImageKind.of(path);
    } catch (MalformedImageException e) {
      throw new ProblemException(BaseProblems.unreadable(path.toString(), e));
    }
  }

  /// Opens an image file, and unpacks none of it.
  OpenedBase.ImageFile open(Digest content) throws IOException {
    OpenedRoot image = LocalImages.open(path, settings.platform());
    try {
      Optional<UnpackedImage> origin = LocalImages.origin(path, image, listener);
      LocalImages.noteTime(image, settings.time());
      image.files().isNamed(content.toString().getBytes(StandardCharsets.US_ASCII));
      return new OpenedBase.ImageFile(path, image, key(content, origin), origin);
    } catch (MalformedImageException e) {
      image.close();
      throw LocalImages.unusable(path, e);
    }
  }

  /// A file of OCI blobs may hold images for several platforms.
  private static Digest key(Digest content, Optional<UnpackedImage> origin) {
    return origin.isEmpty()
        ? content
        : Digest.sha256(
            (content + "\n" + origin.get().layers().digest()).getBytes(StandardCharsets.US_ASCII));
  }

  /// Makes the files of an opened image in an empty root, with layers above it.
  void fill(OpenedBase.ImageFile image, RootFilesystem root, List<TarLayer> above)
      throws IOException {
    requireSpace();
    Path staging = Files.createDirectory(root.scratch().resolve("contents"));
    try {
      FileTree tree = image.tree(above, staging);
      Path directory = root.directory();
      OciUnpacking.warn(extract(image.opened().files(), tree, directory), directory, listener);
    } catch (MalformedImageException e) {
      throw new ProblemException(BaseProblems.unreadable(path.toString(), e));
    }
    TreeRemoval.remove(staging);
  }

  private void requireSpace() throws IOException {
    settings
        .where()
        .requireSpace(
            Files.size(path),
            Files.size(path) * USUAL_EXPANSION,
            "the image's root file system",
            problem -> listener.on(new Warned(problem)));
  }

  private Optional<UnpackedImage> unsquash(RootFilesystem root) throws IOException {
    OpenedRoot image = LocalImages.open(path, settings.platform());
    root.keepOpen(image);
    LocalImages.noteTime(image, settings.time());
    requireSpace();
    Path directory = root.directory();
    try {
      Optional<UnpackedImage> origin = LocalImages.origin(path, image, listener);
      FileTree tree = image.files().tree();
      OciUnpacking.warn(extract(image.files(), tree, directory), directory, listener);
      root.isMadeOf(ExtractedFiles.record(tree, directory));
      return origin;
    } catch (MalformedImageException e) {
      throw new ProblemException(BaseProblems.unreadable(path.toString(), e));
    }
  }

  private Extraction extract(LayerStack files, FileTree tree, Path directory) throws IOException {
    long bytes = TreeTotals.of(tree).bytes();
    return new Phases(listener)
        .time(
            "unpack",
            bytes,
            () ->
                files.extract(
                    tree,
                    directory,
                    OciUnpacking.ownership(settings.ids()),
                    new MovedBytes("unpack", bytes, listener)));
  }
}
