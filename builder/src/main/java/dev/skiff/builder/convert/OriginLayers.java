package dev.skiff.builder.convert;

import dev.skiff.builder.convert.SourceReader.Wish;
import dev.skiff.builder.inspect.RecordedLayers;
import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.InvalidImageReferenceException;
import dev.skiff.image.sif.ImageKind;
import java.io.IOException;
import java.util.Optional;

/// Whether an image file is nothing but the layers of an image in a registry.
sealed interface OriginLayers {

  /// It is.
  ///
  /// @param reference names the image by its digest
  record Known(ImageReference reference) implements OriginLayers {}

  /// It is not.
  ///
  /// @param why for a person; empty if nobody asked
  record None(String why) implements OriginLayers {}

  /// What a file says of itself.
  static OriginLayers of(SourceSpec.Local source, Wish wish) throws IOException {
    if (wish == Wish.ONE_LAYER) {
      return new None("");
    }
    if (source.kind() == ImageKind.DIRECTORY) {
      return new None("a sandbox has no layers");
    }
    Optional<ImageLayers> recorded = RecordedLayers.of(source.path());
    if (recorded.isEmpty()) {
      return new None("the file does not say what layers it was made of");
    }
    if (recorded.get().change().isPresent()) {
      return new None("a definition changed what the layers hold");
    }
    return of(source, recorded.get());
  }

  private static OriginLayers of(SourceSpec.Local source, ImageLayers recorded)
      throws MalformedImageException {
    None elsewhere = new None("its layers came from no registry but from " + recorded.reference());
    try {
      ImageReference named = ImageReference.parse(recorded.reference());
      Digest digest = Digest.parse(recorded.digest());
      return recorded.reference().startsWith(named.registry() + "/")
          ? new Known(
              new ImageReference(
                  named.registry(), named.repository(), Optional.empty(), Optional.of(digest)))
          : elsewhere;
    } catch (InvalidImageReferenceException e) {
      return elsewhere;
    } catch (IllegalArgumentException e) {
      throw new MalformedImageException(
          source.path().toString(), -1, ImageLayers.OBJECT, String.valueOf(e.getMessage()));
    }
  }
}
