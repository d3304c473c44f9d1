package dev.skiff.samples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// An image whose starts are kept, and which a test may change.
final class WarmImage {

  private WarmImage() {}

  /// Puts one into a directory. Without perl no start is kept.
  static Path inOrSkip(Path directory) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "there is no /usr/bin/perl");
    return Files.copy(BusyboxImage.sif(), directory.resolve("image.sif"));
  }
}
