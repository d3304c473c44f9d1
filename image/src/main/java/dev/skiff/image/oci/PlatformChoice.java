package dev.skiff.image.oci;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Manifest.ImageIndex;
import dev.skiff.image.oci.Manifest.ImageManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Walks from a source's root to the manifest of one image.
final class PlatformChoice {

  private static final int DEEPEST =
      4; // an index may point to an index, which nobody nests further

  private PlatformChoice() {}

  static ImageManifest choose(ImageSource source, Platform wanted) throws IOException {
    Manifest here = source.root();
    for (int depth = 0; depth < DEEPEST; depth++) {
      switch (here) {
        case ImageManifest manifest -> {
          return manifest;
        }
        case ImageIndex index -> here = source.manifest(choose(source.name(), index, wanted));
      }
    }
    throw new MalformedImageException(
        source.name(),
        -1,
        "manifests",
        "indexes point to indexes more than %d deep".formatted(DEEPEST));
  }

  private static Descriptor choose(String name, ImageIndex index, Platform wanted)
      throws NoSuchImageException {
    List<Descriptor> images = index.manifests().stream().filter(PlatformChoice::isImage).toList();
    Optional<Descriptor> plain =
        images.stream()
            .filter(d -> d.platform().map(p -> p.equals(wanted)).orElse(false))
            .findFirst();
    Optional<Descriptor> any =
        images.stream().filter(d -> d.platform().map(wanted::accepts).orElse(false)).findFirst();
    Optional<Descriptor> only =
        images.size() == 1 && images.getFirst().platform().isEmpty()
            ? Optional.of(images.getFirst())
            : Optional.empty();
    return plain.or(() -> any).or(() -> only).orElseThrow(() -> missing(name, images, wanted));
  }

  /// Signatures, bills of materials and attestations stand in an index beside the images.
  private static boolean isImage(Descriptor descriptor) {
    boolean manifest =
        descriptor.mediaType().isEmpty()
            || MediaTypes.isImage(descriptor.mediaType())
            || MediaTypes.isIndex(descriptor.mediaType());
    boolean unknown =
        descriptor.platform().map(p -> p.architecture().equals("unknown")).orElse(false);
    return manifest
        && !unknown
        && descriptor.artifactType().map(MediaTypes::isConfig).orElse(true)
        && !descriptor.annotations().containsKey("vnd.docker.reference.type");
  }

  private static NoSuchImageException missing(
      String name, List<Descriptor> images, Platform wanted) {
    List<String> available = new ArrayList<>();
    images.forEach(d -> available.add(d.platform().map(Platform::toString).orElse("any")));
    return new NoSuchImageException(
        name, NoSuchImageException.ChosenBy.PLATFORM, wanted.toString(), available);
  }
}
