package dev.skiff.builder.assemble;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerCensus.Count;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeTotals;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Which image the files of a SIF came from, as far as they came from one.
sealed interface LayerOrigin {

  int MOST_ORIGIN_BYTES = 4 << 20;

  /// What the file will say.
  ///
  /// @param counts one for each layer that was merged, oldest first
  Optional<ImageLayers> record(List<Count> counts, FileTree tree) throws IOException;

  /// The digest of that image's manifest.
  Optional<String> digest();

  /// Whether a file says that it was made of the same image.
  default boolean isRecordedIn(SifReader file) throws IOException {
    Optional<SifDescriptor> origin = file.find(ObjectType.JSON, ImageLayers.OBJECT);
    if (origin.isEmpty()) {
      return digest().isEmpty();
    }
    return digest()
        .equals(
            Optional.of(ImageLayers.parse(file.bytes(origin.get(), MOST_ORIGIN_BYTES)).digest()));
  }

  private static ImageLayers below(ImageLayers lower, FileTree tree) {
    TreeTotals totals = TreeTotals.of(tree);
    return lower.below(totals.files(), totals.bytes());
  }

  /// An image whose layers are the lowest ones.
  ///
  /// @param extent whether there are layers above them
  record OfImage(OciImage image, Extent extent) implements LayerOrigin {

    @Override
    public Optional<ImageLayers> record(List<Count> counts, FileTree tree) throws IOException {
      ImageLayers lower = ImageLayers.of(image, counts.subList(0, image.layers().size()));
      return Optional.of(extent == Extent.WHOLE ? lower : below(lower, tree));
    }

    @Override
    public Optional<String> digest() {
      return Optional.of(image.digest().toString());
    }
  }

  /// What another file says of the image that it was made of.
  ///
  /// @param layers empty if there was none
  /// @param extent whether there are layers above that file
  record Recorded(Optional<ImageLayers> layers, Extent extent) implements LayerOrigin {

    @Override
    public Optional<ImageLayers> record(List<Count> counts, FileTree tree) {
      return extent == Extent.WHOLE ? layers : layers.map(lower -> below(lower, tree));
    }

    @Override
    public Optional<String> digest() {
      return layers.map(ImageLayers::digest);
    }
  }

  /// How much of a SIF an image is.
  enum Extent {
    WHOLE,
    /// A definition added layers.
    LOWER_PART
  }
}
