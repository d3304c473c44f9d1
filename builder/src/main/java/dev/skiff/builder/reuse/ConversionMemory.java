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
  /// @param layers digests of the uncompressed layers
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
  /// @param layers digests of the uncompressed layers, oldest first
  /// @param listed the same layers, with what was noted of them
  public record Made(
      Path target, SquashfsOptions options, List<Digest> layers, List<ListedLayer> listed) {}

  /// Remembers a conversion. If that cannot be done, it is not remembered, and nothing is said: the
  /// image is there.
  ///
  /// @param blockTable of its root file system; empty if it has too many files to be remembered
  public void keep(Made made, byte[] blockTable) {
    if (!isKept() || blockTable.length == 0) {
      return;
    }
    try {
      for (int i = 0; i < made.layers().size(); i++) {
        Optional<byte[]> listing =
            made.listed().get(i).notes().flatMap(n -> n.finish(made.options().keyScheme()));
        if (listing.isPresent()) {
          cache.put(made.layers().get(i), listing.get());
        }
      }
      cache.put(record(made.target(), made.layers()), blockTable);
    } catch (IOException e) {
      // a cache that cannot be written is none
    }
  }

  /// Remembers a copy of a SIF.
  ///
  /// @param target its final name
  public void keepCopy(EarlierConversions.Whole whole, Path target) {
    try {
      cache.putCopy(whole.kept(), record(target, whole.kept().record().layers()));
    } catch (IOException e) {
      // a cache that cannot be written is none
    }
  }

  private static ImageRecord record(Path target, List<Digest> layers) throws IOException {
    Path image = target.toAbsolutePath().normalize();
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
