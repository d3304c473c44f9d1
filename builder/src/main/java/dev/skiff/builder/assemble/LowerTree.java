package dev.skiff.builder.assemble;

import dev.skiff.image.oci.Digest;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;

/// The tree of an image file that layers lie on.
///
/// @param key names the file's bytes
/// @param sizeBytes of the file
/// @param source gives the tree, which is changed by what is made of it
public record LowerTree(Digest key, long sizeBytes, Source source) {

  /// Reads a tree, anew each time; its contents can be read until the image is closed.
  @FunctionalInterface
  public interface Source {
    FileTree read() throws IOException;
  }
}
