package dev.skiff.image.ocisif;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The image in a SIF file made of OCI blobs. Index, manifest and configuration have been checked
/// against their digests, layers against their sizes only: they are mounted, not read.
///
/// @param config how it wants to be run
/// @param digest of its manifest
/// @param layers oldest first, the topmost last; one or more
public record OciSif(ImageConfig config, Digest digest, List<Layer> layers) {

  private static final String SQUASHFS_LAYER = "application/vnd.sylabs.image.layer.v1.squashfs";
  private static final String EXT3_LAYER = "application/vnd.sylabs.image.layer.v1.ext3";

  /// A file system in the file.
  ///
  /// @param offsetBytes from the file's start
  public record Layer(Kind kind, long offsetBytes, long sizeBytes) {

    /// What a layer is.
    public enum Kind {
      SQUASHFS,
      /// A writable overlay, always the topmost.
      EXT3
    }
  }

  public OciSif {
    layers = List.copyOf(layers);
  }

  /// Reads the image for a platform.
  ///
  /// @param file the file's name, for messages
  /// @throws dev.skiff.image.oci.NoSuchImageException if it holds images for other platforms only
  /// @throws MalformedImageException if it holds no container image, or one that cannot be mounted
  public static OciSif read(Path file, SifReader sif, Platform platform) throws IOException {
    try (OciSifSource source = new OciSifSource(file.toString(), sif)) {
      OciImage image = OciImage.open(source, platform);
      List<Layer> layers = new ArrayList<>();
      for (Descriptor descriptor : image.manifest().layers()) {
        SifDescriptor blob = source.object(descriptor);
        Layer.Kind kind = kind(source, descriptor);
        layers.add(new Layer(kind, blob.offsetBytes(), blob.sizeBytes()));
      }
      if (layers.isEmpty()) {
        throw new MalformedImageException(source.name(), -1, "layers", "there is none");
      }
      return new OciSif(image.config(), image.digest(), layers);
    }
  }

  private static Layer.Kind kind(OciSifSource source, Descriptor layer)
      throws MalformedImageException {
    return switch (layer.mediaType()) {
      case SQUASHFS_LAYER -> Layer.Kind.SQUASHFS;
      case EXT3_LAYER -> Layer.Kind.EXT3;
      default ->
          throw new MalformedImageException(
              source.name(),
              -1,
              "layers.mediaType",
              "found '%s', wanted '%s'".formatted(layer.mediaType(), SQUASHFS_LAYER));
    };
  }

  /// Whether a writable overlay lies over the image.
  public boolean hasOverlay() {
    return layers.getLast().kind() == Layer.Kind.EXT3;
  }
}
