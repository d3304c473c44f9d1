package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.util.List;

/// Merges the layers of an image to one file tree.
public final class LayerMerge {

  private LayerMerge() {}

  /// The tree that the layers yield together. Contents of visible files go to the sink while the
  /// layers are read; of the rest nothing is stored.
  ///
  /// @param layers oldest first, the topmost last
  /// @throws dev.skiff.image.MalformedImageException if a layer is corrupt or exceeds a limit
  public static FileTree merge(
      List<? extends TarLayer> layers, ContentSink sink, MergeLimits limits) throws IOException {
    if (!layers.isEmpty()) {
      throw new IOException("the merge of %d layers".formatted(layers.size()));
    }
    return new FileTree(new Directory(Attributes.of(0755, 0, 0, 0)));
  }
}
