package dev.skiff.image.sif;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.SquashfsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a container's root lies in a file, be that a SIF file or a bare SquashFS image.
public final class RootImage {

  private RootImage() {}

  /// Finds the root.
  ///
  /// @throws MalformedImageException if the file is neither, or a SIF file without a root
  public static SystemPartition find(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw noImage(file);
    }
    try (OpenedImage image = OpenedImage.open(file)) {
      return switch (image.kind()) {
        case SIF -> ofSif(file, image.sif());
        case SQUASHFS ->
            new SystemPartition(0, Long.MAX_VALUE, FileSystemType.SQUASHFS, Architecture.UNKNOWN);
        case EXT3, DIRECTORY, OTHER -> throw noImage(file);
      };
    }
  }

  /// When an image says it was made, in seconds since 1970: the header of a SIF file, the super
  /// block of a SquashFS image.
  ///
  /// @throws MalformedImageException if the file is neither
  public static long createdSeconds(Path file) throws IOException {
    if (ImageKind.of(file) == ImageKind.SIF) {
      try (SifReader sif = SifReader.open(file)) {
        return sif.header().createdSeconds();
      }
    }
    try (SquashfsReader image = open(file)) {
      return image.mkfsTimeSeconds();
    }
  }

  private static MalformedImageException noImage(Path file) {
    return new MalformedImageException(
        file.toString(), 0, "magic", "neither a SIF file nor a SquashFS image");
  }

  private static SystemPartition ofSif(Path file, SifReader sif) throws MalformedImageException {
    return sif.primaryPartition()
        .orElseThrow(() ->
            new MalformedImageException(
                file.toString(), -1, "descriptors", "no primary system partition"));
  }

  /// Opens the root's SquashFS image.
  ///
  /// @throws MalformedImageException also if the root is another file system
  public static SquashfsReader open(Path file) throws IOException {
    SystemPartition root = find(file);
    if (root.fileSystem() != FileSystemType.SQUASHFS) {
      throw new MalformedImageException(
          file.toString(),
          root.offsetBytes(),
          "file system type",
          root.fileSystem() + ", wanted " + FileSystemType.SQUASHFS);
    }
    return SquashfsReader.open(file, root.offsetBytes(), root.sizeBytes());
  }
}
