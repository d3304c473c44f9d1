package dev.skiff.image.oci.layer;

import java.util.ArrayList;
import java.util.List;

/// What each layer of a merge held, and how much of it shows in the end. Filled by the merge.
public final class LayerCensus {

  /// One layer.
  ///
  /// @param tarBytes of the layer without compression
  /// @param files names in it, directories and whiteouts left out
  /// @param visibleFiles files of the merged tree, directories left out, that come from this layer;
  ///   one with several names counts once
  /// @param visibleBytes of those files
  public record Count(long tarBytes, long files, long visibleFiles, long visibleBytes) {}

  /// A layer while it is merged.
  static final class Layer {

    private long tarBytes;
    private long files;
    private long visibleFiles;
    private long visibleBytes;

    void addTarBytes(long count) {
      tarBytes += count;
    }

    void addFile() {
      files++;
    }

    void addVisible(long bytes) {
      visibleFiles++;
      visibleBytes += bytes;
    }

    void removeVisible(long bytes) {
      visibleFiles--;
      visibleBytes -= bytes;
    }
  }

  private final List<Layer> topmostFirst = new ArrayList<>();

  /// Begins with the next lower layer.
  Layer next() {
    Layer layer = new Layer();
    topmostFirst.add(layer);
    return layer;
  }

  /// The counts, oldest layer first; complete when the merge has returned.
  public List<Count> counts() {
    return topmostFirst.reversed().stream()
        .map(
            layer -> new Count(layer.tarBytes, layer.files, layer.visibleFiles, layer.visibleBytes))
        .toList();
  }
}
