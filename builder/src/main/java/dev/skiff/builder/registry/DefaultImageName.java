package dev.skiff.builder.registry;

import dev.skiff.image.oci.ImageReference;

/// The file that a pulled image is put into when none is named.
public final class DefaultImageName {

  private DefaultImageName() {}

  /// `name_tag.sif`, where the name is the last part of the repository; without a tag
  /// `name@sha256_HEX.sif`. Both are Apptainer's names.
  public static String of(ImageReference reference) {
    String repository = reference.repository();
    String name = repository.substring(repository.lastIndexOf('/') + 1);
    String version =
        reference
            .tag()
            .map(tag -> "_" + tag)
            .or(() -> reference.digest().map(d -> "@" + d.algorithmName() + "_" + d.hex()))
            .orElse("_latest");
    return name + version + ".sif";
  }
}
