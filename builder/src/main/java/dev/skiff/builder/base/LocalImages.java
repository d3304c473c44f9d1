package dev.skiff.builder.base;

import dev.skiff.builder.plan.Base;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.squashfs.SquashfsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Opens the images that a build starts from, where they are files of this machine.
public final class LocalImages {

  private LocalImages() {}

  /// Whether a base is a SIF file or a SquashFS image; not for a sandbox, nor for what is not there
  /// or cannot be read.
  public static boolean isFile(Base base) {
    try {
      return base instanceof Base.LocalImage(Path path)
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
  /// @throws ProblemException if it is malformed
  public static SquashfsReader open(Path file) throws IOException {
    try {
      return RootImage.open(file);
    } catch (MalformedImageException e) {
      throw unusable(file, e);
    }
  }

  /// What to tell of an image that proved malformed.
  public static ProblemException unusable(Path file, MalformedImageException failure) {
    return new ProblemException(BaseProblems.unreadable(file.toString(), failure));
  }
}
