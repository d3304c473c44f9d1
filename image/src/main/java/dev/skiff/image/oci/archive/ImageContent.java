package dev.skiff.image.oci.archive;

import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// One image with all of its bytes, to be written somewhere.
///
/// @param config the configuration's JSON
/// @param manifest the manifest's JSON
/// @param layers oldest first
/// @param from an image of a registry that has the configuration
public record ImageContent(
    Document config, Document manifest, List<Layer> layers, Optional<ImageReference> from) {

  public ImageContent {
    layers = List.copyOf(layers);
  }

  /// One whose configuration no registry is known to have.
  public ImageContent(Document config, Document manifest, List<Layer> layers) {
    this(config, manifest, layers, Optional.empty());
  }

  /// A document and what points to it.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Document(Descriptor descriptor, byte[] bytes) {

    /// A document of these bytes, which are not to be changed any more.
    public static Document of(String mediaType, byte[] bytes) {
      return new Document(Descriptor.of(mediaType, Digest.sha256(bytes), bytes.length), bytes);
    }
  }

  /// A layer.
  ///
  /// @param descriptor of the bytes as they are stored
  /// @param diffId digest of the tar
  /// @param bytes opens the stored bytes; whoever reads them checks them
  /// @param from an image of a registry that has the layer
  public record Layer(
      Descriptor descriptor, Digest diffId, Bytes bytes, Optional<ImageReference> from) {

    /// One that no registry is known to have.
    public Layer(Descriptor descriptor, Digest diffId, Bytes bytes) {
      this(descriptor, diffId, bytes, Optional.empty());
    }
  }

  /// Opens bytes; the caller closes.
  @FunctionalInterface
  public interface Bytes {
    InputStream open() throws IOException;
  }

  /// What an OCI manifest calls a layer of that type: Docker has other names for the same bytes.
  public static String layerType(String mediaType) {
    if (mediaType.contains("zstd")) {
      return MediaTypes.OCI_LAYER + "+zstd";
    }
    return mediaType.contains("gzip") ? MediaTypes.OCI_LAYER + "+gzip" : MediaTypes.OCI_LAYER;
  }
}
