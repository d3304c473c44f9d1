package dev.skiff.builder.reuse;

import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.layer.ListedLayer;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.sif.SystemPartition;
import dev.skiff.image.squashfs.SquashfsOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds what earlier conversions left and keeps what this one leaves, as far as it is meant to.
public record ConversionMemory(ConversionCache cache, Reuse reuse) {

  /// What can be used for an image; the caller closes it.
  ///
  /// @param layers digests of what it is made of
  public EarlierConversions find(List<Digest> layers, SquashfsOptions options) {
    return reuse == Reuse.ALLOWED
        ? EarlierConversions.find(cache, layers, options)
        : EarlierConversions.none(cache);
  }

  /// Nothing of what was found.
  public EarlierConversions none() {
    return EarlierConversions.none(cache);
  }

  /// Whether this conversion is to be remembered.
  public boolean isKept() {
    return reuse != Reuse.NONE;
  }

  /// A SIF that has its final name.
  ///
  /// @param parts what it is made of, lowest first: digests of the uncompressed layers, and of an
  ///   image file below them
  /// @param listed the topmost of them, with what was noted of them
  public record Made(
      Path target, SquashfsOptions options, List<Digest> parts, List<ListedLayer> listed) {

    private Digest digest(int listedLayer) {
      return parts.get(parts.size() - listed.size() + listedLayer);
    }
  }

  /// Remembers a conversion. If that cannot be done, it is not remembered, and nothing is said: the
  /// image is there.
  ///
  /// @param blockTable of its root file system; empty if it has too many files to be remembered
  public void keep(Made made, byte[] blockTable) {
    if (!isKept() || blockTable.length == 0) {
      return;
    }
    try {
      for (int i = 0; i < made.listed().size(); i++) {
        Optional<byte[]> listing =
            made.listed().get(i).notes().flatMap(n -> n.finish(made.options().keyScheme()));
        if (listing.isPresent()) {
          cache.put(made.digest(i), listing.get());
        }
      }
      cache.put(held(made.target(), made.parts()), blockTable);
    } catch (IOException e) {
      // a cache that cannot be written is none
    }
  }

  /// Remembers a copy of a SIF.
  ///
  /// @param target its final name
  public void keepCopy(EarlierConversions.Whole whole, Path target) {
    try {
      cache.putCopy(whole.kept(), held(target, whole.kept().record().layers()));
    } catch (IOException e) {
      // a cache that cannot be written is none
    }
  }

  private ImageRecord held(Path target, List<Digest> layers) throws IOException {
    Path image = target.toAbsolutePath().normalize();
    cache.hold(image);
    return record(image, layers);
  }

  private static ImageRecord record(Path image, List<Digest> layers) throws IOException {
    try (SifReader sif = SifReader.open(image)) {
      SystemPartition root = sif.primaryPartition().orElseThrow(IOException::new);
      return new ImageRecord(
          image,
          FileIdentity.of(image),
          sif.header().id(),
          root.offsetBytes(),
          root.sizeBytes(),
          layers);
    }
  }
}
