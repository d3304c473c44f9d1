package dev.skiff.image.oci;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Manifest.ImageManifest;
import dev.skiff.image.oci.layer.TarLayer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// One image for one platform, its manifest and configuration read and checked, its layers ready to
/// be opened for as long as the source is open.
///
/// @param name the source's name
/// @param manifest what points to everything else
/// @param config how it wants to be run
/// @param layers oldest first, the topmost last
public record OciImage(
    String name, ImageManifest manifest, ImageConfig config, List<TarLayer> layers) {

  public OciImage {
    layers = List.copyOf(layers);
  }

  /// Picks the image for a platform and tells the source to begin fetching its layers.
  ///
  /// @throws NoSuchImageException if there is none for the platform; it lists those there are
  /// @throws MalformedImageException if manifest, configuration or their relation are wrong
  public static OciImage open(ImageSource source, Platform platform) throws IOException {
    OciImage image = find(source, platform);
    image.announce(source, layer -> true);
    return image;
  }

  /// The same, but the source is not told to fetch any layer: each is fetched when it is opened.
  public static OciImage find(ImageSource source, Platform platform) throws IOException {
    ImageManifest manifest = PlatformChoice.choose(source, platform);
    String name = source.name();
    if (!manifest.artifactType().map(MediaTypes::isConfig).orElse(true)
        || !isImageConfig(manifest.config().mediaType())) {
      throw new MalformedImageException(
          name,
          -1,
          "config.mediaType",
          "it holds '%s', not a container image"
              .formatted(manifest.artifactType().orElse(manifest.config().mediaType())));
    }
    ImageConfig config = config(source, manifest.config());
    checkPlatform(name, platform, config.platform());
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new MalformedImageException(
          name,
          -1,
          "rootfs.diff_ids",
          "the configuration names %d layers, the manifest %d"
              .formatted(config.diffIds().size(), manifest.layers().size()));
    }
    List<TarLayer> layers = new ArrayList<>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      layers.add(new ImageLayer(source, manifest.layers().get(i), config.diffIds().get(i)));
    }
    return new OciImage(name, manifest, config, layers);
  }

  /// Tells the source to begin fetching layers.
  ///
  /// @param wanted whether a layer is needed, by the digest of its uncompressed bytes
  public void announce(ImageSource source, Predicate<Digest> wanted) {
    List<Descriptor> announced = new ArrayList<>();
    for (int i = manifest.layers().size() - 1; i >= 0; i--) { // merging starts with the topmost
      if (wanted.test(config.diffIds().get(i))) {
        announced.add(manifest.layers().get(i));
      }
    }
    source.announce(announced);
  }

  private static boolean isImageConfig(String mediaType) {
    return mediaType.isEmpty() || MediaTypes.isConfig(mediaType);
  }

  private static ImageConfig config(ImageSource source, Descriptor descriptor) throws IOException {
    String name = "configuration " + descriptor.digest() + " of " + source.name();
    if (descriptor.sizeBytes() > ImageConfig.LARGEST_BYTES) {
      throw new MalformedImageException(
          name,
          -1,
          "config.size",
          "found %d, at most %d may be"
              .formatted(descriptor.sizeBytes(), ImageConfig.LARGEST_BYTES));
    }
    try (InputStream in = source.blob(descriptor)) {
      return ImageConfig.parse(name, in.readAllBytes());
    }
  }

  private static void checkPlatform(String name, Platform wanted, Platform found)
      throws NoSuchImageException {
    boolean known = !found.os().isEmpty() && !found.architecture().isEmpty();
    boolean fits =
        wanted.os().equals(found.os()) && wanted.architecture().equals(found.architecture());
    if (known && !fits) {
      throw new NoSuchImageException(
          name,
          NoSuchImageException.ChosenBy.PLATFORM,
          wanted.toString(),
          List.of(found.toString()));
    }
  }

  /// The digest that names this image's content.
  public Digest digest() {
    return manifest.digest();
  }
}
