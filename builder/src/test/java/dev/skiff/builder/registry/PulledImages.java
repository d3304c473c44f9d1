package dev.skiff.builder.registry;

import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerMerge;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Looks into images that tests pulled.
final class PulledImages {

  private PulledImages() {}

  static FileTree tree(OciImage image) throws IOException {
    return LayerMerge.merge(
        image.layers(), (in, _) -> FileContent.of(in.readAllBytes()), MergeLimits.STANDARD);
  }

  static String text(FileTree tree, String path) throws IOException {
    RegularFile file = (RegularFile) tree.find(path).orElseThrow();
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
