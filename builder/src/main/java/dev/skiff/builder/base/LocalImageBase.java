package dev.skiff.builder.base;

import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.TreeDuplicate;
import dev.skiff.builder.root.TreeRemoval;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.squashfs.SquashfsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A SIF file, a SquashFS image or a sandbox on this machine.
record LocalImageBase(Path path, BaseUnpacker.Settings settings, BuildListener listener) {

  private static final int USUAL_EXPANSION = 3;

  void unpack(Path root) throws IOException {
    if (!Files.exists(path)) {
      throw new ProblemException(BaseProblems.noImage(path));
    }
    switch (kind()) {
      case SIF, SQUASHFS -> unsquash(root);
      case DIRECTORY -> {
        TreeRemoval.remove(root);
        TreeDuplicate.copy(path.toRealPath(), root, settings.ids());
      }
      case EXT3, OTHER -> throw new ProblemException(BaseProblems.unknownKind(path));
    }
  }

  private ImageKind kind() throws IOException {
    try {
      return ImageKind.of(path);
    } catch (MalformedImageException e) {
      throw new ProblemException(BaseProblems.unreadable(path.toString(), e));
    }
  }

  private void unsquash(Path root) throws IOException {
    settings
        .where()
        .requireSpace(Files.size(path) * USUAL_EXPANSION, "the image's root file system");
    try (SquashfsReader image = RootImage.open(path)) {
      OciUnpacking.warn(
          image.extract(root, OciUnpacking.ownership(settings.ids())), root, listener);
    } catch (MalformedImageException e) {
      throw new ProblemException(BaseProblems.unreadable(path.toString(), e));
    }
  }
}
