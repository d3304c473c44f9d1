package dev.skiff.builder.base;

import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import java.io.IOException;

/// Gives access to the images of registries.
@FunctionalInterface
public interface Registries {

  /// An image of a registry; the caller closes it. Nothing need have been fetched yet.
  ImageSource open(ImageReference reference) throws IOException;
}
