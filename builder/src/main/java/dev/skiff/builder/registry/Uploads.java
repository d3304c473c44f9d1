package dev.skiff.builder.registry;

import dev.skiff.image.oci.ImageReference;

/// Gives access to the registries that images are sent to.
@FunctionalInterface
public interface Uploads {

  /// What sends an image; nothing is asked yet. Usable as long as whoever gave it says.
  RegistryPush push(ImageReference reference);
}
