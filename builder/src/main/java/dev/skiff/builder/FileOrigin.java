package dev.skiff.builder;

import dev.skiff.builder.base.UnpackedImage;
import dev.skiff.builder.convert.StoredConfig;
import dev.skiff.builder.inspect.RecordedLayers;
import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.progress.BuildEvent.Noted;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.ImageConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What an image file says of the OCI image that it is, or was made of: what is made of the file
/// says it too.
///
/// @param config how that wanted to be run
/// @param layers where the files came from
record FileOrigin(Optional<ImageConfig> config, Optional<ImageLayers> layers) {

  /// Of a file; what cannot be understood is left out, as no file needs it.
  ///
  /// @param oci if it is of OCI blobs
  static FileOrigin of(Path file, Optional<UnpackedImage> oci, BuildListener listener)
      throws IOException {
    if (oci.isPresent()) {
      return new FileOrigin(oci.map(UnpackedImage::config), oci.map(UnpackedImage::layers));
    }
    try {
      return new FileOrigin(StoredConfig.parsed(file), RecordedLayers.of(file));
    } catch (MalformedImageException e) {
      listener.on(new Noted("what the base was made of is not known: " + e.getMessage()));
      return new FileOrigin(Optional.empty(), Optional.empty());
    }
  }
}
