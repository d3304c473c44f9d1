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
import java.nio.file.Path;
import java.util.Optional;

/// Whether an image file was made of the layers of an image in a registry.
sealed interface OriginLayers {

  /// It is.
  ///
  /// @param reference names the image by its digest
  /// @param changed whether a definition did something to the files afterwards
  record Known(ImageReference reference, boolean changed) implements OriginLayers {}

  /// It is not.
  ///
  /// @param why for a person; empty if nobody asked
  record None(String why) implements OriginLayers {}

  /// What a source says of itself.
  static OriginLayers of(SourceSpec.Local source, Wish wish) throws IOException {
    if (wish == Wish.ONE_LAYER) {
      return new None("");
    }
    if (source.kind() == ImageKind.DIRECTORY) {
      return new None("a sandbox has no layers");
    }
    return of(source.path());
  }

  /// What a file says of itself, whatever a definition did to it.
  static OriginLayers of(Path file) throws IOException {
    Optional<ImageLayers> recorded = RecordedLayers.of(file);
    return recorded.isEmpty()
        ? new None("the file does not say what layers it was made of")
        : of(file, recorded.get());
  }

  private static OriginLayers of(Path file, ImageLayers recorded) throws MalformedImageException {
    None elsewhere = new None("its layers came from no registry but from " + recorded.reference());
    try {
      ImageReference named = ImageReference.parse(recorded.reference());
      Digest digest = Digest.parse(recorded.digest());
      return recorded.reference().startsWith(named.registry() + "/")
          ? new Known(
              new ImageReference(
                  named.registry(), named.repository(), Optional.empty(), Optional.of(digest)),
              recorded.change().isPresent())
          : elsewhere;
    } catch (InvalidImageReferenceException e) {
      return elsewhere;
    } catch (IllegalArgumentException e) {
      throw new MalformedImageException(
          file.toString(), -1, ImageLayers.OBJECT, String.valueOf(e.getMessage()));
    }
  }
}
