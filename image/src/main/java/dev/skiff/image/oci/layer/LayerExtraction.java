package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeExtractor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Unpacks the layers of an image into a directory of the host. No name of an image is ever looked
/// up on the host while layers are read: they are merged first, then the tree is made anew.
public final class LayerExtraction {

  private LayerExtraction() {}

  /// Makes the files that the layers yield together. When this fails, what was made so far stays
  /// for the caller to remove.
  ///
  /// @param layers oldest first
  /// @param directory made if it is not there; else it has to be empty
  /// @param staging an empty directory on the same file system, which is empty again afterwards
  /// @throws dev.skiff.image.MalformedImageException if a layer is corrupt
  /// @throws IOException also if the layers hold more than the file system has room for
  public static TreeExtractor.Extraction extract(
      List<? extends TarLayer> layers,
      Path directory,
      Path staging,
      TreeExtractor.Ownership ownership)
      throws IOException {
    return extract(layers, directory, staging, ownership, new LayerCensus());
  }

  /// The same, counting what each layer holds.
  ///
  /// @param census empty; filled here
  public static TreeExtractor.Extraction extract(
      List<? extends TarLayer> layers,
      Path directory,
      Path staging,
      TreeExtractor.Ownership ownership,
      LayerCensus census)
      throws IOException {
    long usable = Files.getFileStore(staging).getUsableSpace();
    try {
      FileTree tree =
          LayerMerge.merge(
              layers, new StagedContents(staging, usable), MergeLimits.STANDARD, census);
      return TreeExtractor.extract(tree, directory, new TreeExtractor.Options(ownership, usable));
    } finally {
      clear(staging);
    }
  }

  private static void clear(Path staging) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(staging)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }
}
