package dev.skiff.builder.base;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.MovedBytes;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.ocisif.OpenedRoot;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.PartitionType;
import dev.skiff.image.sif.SifReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// Opens the images that a build starts from, where they are files of this machine.
public final class LocalImages {

  private LocalImages() {}

  /// Whether a base is a SIF file or a SquashFS image; not for a sandbox, nor for what is not there
  /// or cannot be read.
  public static boolean isFile(Base base) {
    try {
      return base instanceof Base.LocalImage(Path path, var _)
          && Files.exists(path)
          && switch (ImageKind.of(path)) {
            case SIF, SQUASHFS -> true;
            case DIRECTORY, EXT3, OTHER -> false;
          };
    } catch (IOException e) {
      return false; // whoever opens it will tell
    }
  }

  /// Opens the root of an image file; the caller closes it.
  ///
  /// @param platform of the image, where the file has several
  /// @throws ProblemException if it is malformed, for other platforms, or cannot be read whole
  public static OpenedRoot open(Path file, Platform platform) throws IOException {
    try {
      OpenedRoot root = OpenedRoot.open(file, platform);
      if (root.hasOverlay()) {
        root.close();
        throw new ProblemException(BaseProblems.overlay(file));
      }
      return root;
    } catch (MalformedImageException e) {
      throw unusable(file, e);
    } catch (NoSuchImageException e) {
      throw new ProblemException(BaseProblems.otherPlatform(file, e));
    }
  }

  /// Tells the image's time from the file's own, or from what an OCI image says of itself.
  public static void noteTime(OpenedRoot root, ImageTime time) {
    Optional<String> created = root.oci().flatMap(image -> image.config().created());
    if (created.isPresent()) {
      time.noteCreated(created);
    } else {
      time.note(Instant.ofEpochSecond(root.createdSeconds()));
    }
  }

  /// What is to know of a root beyond its files, if it is an OCI image. Reads all of its layers
  /// before: they have to be those that it names.
  ///
  /// @throws MalformedImageException if one is not
  public static Optional<UnpackedImage> origin(Path file, OpenedRoot root, BuildListener listener)
      throws IOException {
    if (root.oci().isEmpty()) {
      tellOverlay(file, listener);
      return Optional.empty();
    }
    OciSif image = root.oci().get();
    MovedBytes read = new MovedBytes("check", image.layerBytes(), listener);
    try (SifReader sif = SifReader.open(file)) {
      boolean _ =
          new Phases(listener)
              .time(
                  "check",
                  image.layerBytes(),
                  () -> {
                    image.check(sif, read);
                    return true;
                  });
    }
    return Optional.of(new UnpackedImage(image.config(), ImageLayers.of(root)));
  }

  /// Says if a SIF file has a writable overlay, of which nothing is read.
  public static void tellOverlay(Path file, BuildListener listener) throws IOException {
    if (ImageKind.of(file) != ImageKind.SIF) {
      return;
    }
    try (SifReader sif = SifReader.open(file)) {
      boolean found =
          sif.descriptors().stream()
              .anyMatch(object ->
                  object.extra() instanceof Extra.Partition partition
                      && partition.type() == PartitionType.OVERLAY);
      if (found) {
        listener.on(new Warned(BaseProblems.overlayLeftOut(file)));
      }
    }
  }

  /// What to tell of an image that proved malformed.
  public static ProblemException unusable(Path file, MalformedImageException failure) {
    return new ProblemException(BaseProblems.unreadable(file.toString(), failure));
  }
}
