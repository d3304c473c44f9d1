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

/// Which image the layers of a SIF came from, as far as they came from one.
///
/// @param image whose layers are the lowest ones
/// @param extent whether there are layers above them
record LayerOrigin(Optional<OciImage> image, Extent extent) {

  private static final int MOST_ORIGIN_BYTES = 4 << 20;

  /// How much of a SIF an image is.
  enum Extent {
    WHOLE,
    /// A definition added layers.
    LOWER_PART
  }

  /// What the file will say.
  ///
  /// @param counts one for each layer, oldest first
  Optional<ImageLayers> record(List<Count> counts, FileTree tree) throws IOException {
    if (image.isEmpty()) {
      return Optional.empty();
    }
    OciImage from = image.get();
    ImageLayers lower = ImageLayers.of(from, counts.subList(0, from.layers().size()));
    if (extent == Extent.WHOLE) {
      return Optional.of(lower);
    }
    TreeTotals totals = TreeTotals.of(tree);
    return Optional.of(lower.below(totals.files(), totals.bytes()));
  }

  /// Whether a file says that it was made of the same image.
  boolean isRecordedIn(SifReader file) throws IOException {
    Optional<SifDescriptor> origin = file.find(ObjectType.JSON, ImageLayers.OBJECT);
    if (image.isEmpty() || origin.isEmpty()) {
      return image.isEmpty() && origin.isEmpty();
    }
    return ImageLayers.parse(file.bytes(origin.get(), MOST_ORIGIN_BYTES))
        .digest()
        .equals(image.get().digest().toString());
  }
}
