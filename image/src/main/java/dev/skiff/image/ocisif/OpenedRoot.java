package dev.skiff.image.ocisif;

import dev.skiff.image.oci.Platform;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.squashfs.LayerStack;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The root file system of an image file, open for reading: the one of a SIF file, a SquashFS
/// image, or the layers of an OCI image in a SIF file.
///
/// @param files what is visible; what a writable overlay changed is not
/// @param oci what the file says, if it is of OCI blobs
/// @param createdSeconds when the file says it was made, since 1970
public record OpenedRoot(LayerStack files, Optional<OciSif> oci, long createdSeconds)
    implements Closeable {

  /// Opens a file to make something of it.
  ///
  /// @param platform of the image, where the file has several
  /// @throws dev.skiff.image.oci.NoSuchImageException if it is of OCI blobs, and for other
  ///   platforms only
  /// @throws dev.skiff.image.MalformedImageException if it is no image
  public static OpenedRoot open(Path file, Platform platform) throws IOException {
    return open(file, sif -> OciSif.read(file, sif, platform));
  }

  /// Opens a file to look into, whatever it is for.
  ///
  /// @throws dev.skiff.image.MalformedImageException if it is no image
  public static OpenedRoot look(Path file) throws IOException {
    return open(file, sif -> OciSif.readAny(file, sif));
  }

  /// Chooses an image.
  private interface Choice {
    OciSif in(SifReader sif) throws IOException;
  }

  private static OpenedRoot open(Path file, Choice choice) throws IOException {
    if (ImageKind.of(file) == ImageKind.SIF) {
      try (SifReader sif = SifReader.open(file)) {
        if (OciSif.isIn(sif)) {
          OciSif image = choice.in(sif);
          return new OpenedRoot(
              image.open(file), Optional.of(image), sif.header().createdSeconds());
        }
      }
    }
    return new OpenedRoot(
        LayerStack.of(RootImage.open(file)), Optional.empty(), RootImage.createdSeconds(file));
  }

  /// Whether something lies over the files that cannot be read.
  public boolean hasOverlay() {
    return oci.map(OciSif::hasOverlay).orElse(false);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
