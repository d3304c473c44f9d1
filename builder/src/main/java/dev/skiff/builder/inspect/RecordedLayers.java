package dev.skiff.builder.inspect;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Finds what a SIF file remembers of the layers it was made of.
public final class RecordedLayers {

  private static final int LARGEST_OBJECT = 8 << 20;

  private RecordedLayers() {}

  /// The layers; empty if the image has no record of any.
  ///
  /// @throws MalformedImageException if the record cannot be understood
  public static Optional<ImageLayers> of(Path image) throws IOException {
    if (ImageKind.of(image) != ImageKind.SIF) {
      return Optional.empty();
    }
    try (SifReader sif = SifReader.open(image)) {
      Optional<SifDescriptor> object = sif.find(ObjectType.JSON, ImageLayers.OBJECT);
      return object.isEmpty()
          ? Optional.empty()
          : Optional.of(ImageLayers.parse(sif.bytes(object.get(), LARGEST_OBJECT)));
    }
  }
}
