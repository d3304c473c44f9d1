package dev.skiff.builder.assemble;

import java.io.IOException;
import java.nio.file.Path;

/// A file that gets its name when it is complete.
public final class NewFile {

  private NewFile() {}

  /// What fills a file.
  @FunctionalInterface
  public interface Filling {
    /// Fills the file.
    ///
    /// @param file may be made or overwritten
    void fill(Path file) throws IOException;
  }

  /// Makes a file, in the place of what has its name.
  public static void write(Path target, Filling filling) throws IOException {
    try (Place place = Place.beside(target)) {
      Path made = place.of("file");
      filling.fill(made);
      place.settle(made);
    }
  }
}
