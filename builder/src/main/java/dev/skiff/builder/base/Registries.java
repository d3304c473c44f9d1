package dev.skiff.builder.base;

import dev.skiff.builder.plan.SifAddress;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Platform;
import java.io.IOException;
import java.nio.file.Path;

/// Gives access to the images of registries.
@FunctionalInterface
public interface Registries {

  /// An image of a registry; the caller closes it. Nothing need have been fetched yet.
  ImageSource open(ImageReference reference) throws IOException;

  /// A SIF file that a server keeps, in the cache, fetched if it is not there; not to be changed.
  ///
  /// @param platform wanted, where a server has several
  /// @throws dev.skiff.definitions.problem.ProblemException if it cannot be had
  default Path sif(SifAddress address, Platform platform) {
    throw new UnsupportedOperationException("no servers: " + address.uri());
  }
}
