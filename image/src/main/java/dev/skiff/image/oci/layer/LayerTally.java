package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.FileNode.RegularFile;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Counts which files of one layer show. A file counts when its bytes are known, once for all its
/// names, and no longer when a later entry of its own layer takes its place.
final class LayerTally {

  private final LayerCensus.Layer census;

  /// Files that have further names.
  private final Set<Leaf> shared = new HashSet<>();

  /// Files that were replaced before their bytes were known.
  private final Set<Leaf> dropped = new HashSet<>();

  LayerTally(LayerCensus.Layer census) {
    this.census = census;
  }

  LayerCensus.Layer census() {
    return census;
  }

  /// Says that a leaf gets one more name, which counts for nothing.
  void shared(Leaf leaf) {
    var _ = shared.add(leaf);
  }

  /// A leaf that shows under a name.
  void visible(Leaf leaf) {
    if (leaf.node() != null && !shared.contains(leaf)) {
      census.addVisible(bytes(leaf));
    }
  }

  /// What stood under such a name before.
  void replaced(@Nullable MergeNode before) {
    if (before instanceof Leaf leaf && !shared.contains(leaf)) {
      if (leaf.node() != null) {
        census.removeVisible(bytes(leaf));
      } else {
        var _ = dropped.add(leaf);
      }
    }
  }

  /// A leaf whose bytes came late.
  void completed(Leaf leaf) {
    if (!dropped.contains(leaf)) {
      census.addVisible(bytes(leaf));
    }
  }

  private static long bytes(Leaf leaf) {
    return leaf.node() instanceof RegularFile file ? file.content().sizeBytes() : 0;
  }
}
