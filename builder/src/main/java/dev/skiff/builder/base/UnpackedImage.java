package dev.skiff.builder.base;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.image.oci.ImageConfig;

/// What is left to know of an OCI image that was unpacked.
///
/// @param config how it wants to be run
/// @param layers where the files came from
public record UnpackedImage(ImageConfig config, ImageLayers layers) {}
