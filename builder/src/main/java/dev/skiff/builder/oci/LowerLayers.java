package dev.skiff.builder.oci;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.ImageHistory;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.archive.ImageContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the OCI image of a stage has below the layers of the steps.
///
/// @param config how the base wants to be run, if it says so
/// @param starter what starts it, as long as no definition says otherwise
/// @param digest of the OCI image that has these layers, or the lowest of them
/// @param layers oldest first; those that the configuration names come first
public record LowerLayers(
    Optional<ImageConfig> config, Starter starter, Optional<Digest> digest, List<Lower> layers) {

  /// What starts an image.
  public enum Starter {
    /// Entry point and command of its configuration.
    CONFIGURATION,
    /// Its own runscript, which a definition wrote.
    SCRIPTS
  }

  /// A layer.
  ///
  /// @param createdBy what made it; may be empty
  public record Lower(String createdBy, ImageContent.Layer layer) {}

  public LowerLayers {
    layers = List.copyOf(layers);
  }

  /// Nothing at all.
  public static LowerLayers none() {
    return new LowerLayers(Optional.empty(), Starter.SCRIPTS, Optional.empty(), List.of());
  }

  /// The layers of an OCI image.
  ///
  /// @param source open as long as the layers are of use
  /// @throws MalformedImageException if the image's history is of no known form
  public static LowerLayers of(ImageSource source, OciImage image) throws MalformedImageException {
    List<String> made = ImageHistory.ofLayers(image.config());
    List<Lower> layers = new ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      Descriptor stored = image.manifest().layers().get(i);
      Descriptor named =
          Descriptor.of(
              ImageContent.layerType(stored.mediaType()), stored.digest(), stored.sizeBytes());
      Digest diffId = image.config().diffIds().get(i);
      layers.add(
          new Lower(
              made.get(i),
              new ImageContent.Layer(
                  named, diffId, () -> source.blob(stored), source.registryName())));
    }
    return new LowerLayers(
        Optional.of(image.config()), Starter.CONFIGURATION, Optional.of(image.digest()), layers);
  }
}
