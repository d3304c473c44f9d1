package dev.skiff.image.oci.archive;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// `PATH` or `PATH:IMAGE`, where paths may hold colons too.
///
/// @param path the layout's directory or the archive
/// @param image which of its images: a tag, or `repo:tag`
public record ArchiveReference(Path path, Optional<String> image) {

  /// Splits at the first colon that has an existing file before it; without one, at the first.
  ///
  /// @throws java.nio.file.InvalidPathException if the text can be no path
  public static ArchiveReference parse(String text) {
    if (Files.exists(Path.of(text))) {
      return new ArchiveReference(Path.of(text), Optional.empty());
    }
    for (int colon = text.indexOf(':'); colon > 0; colon = text.indexOf(':', colon + 1)) {
      if (Files.exists(Path.of(text.substring(0, colon)))) {
        return at(text, colon);
      }
    }
    int colon = text.indexOf(':');
    return colon > 0 ? at(text, colon) : new ArchiveReference(Path.of(text), Optional.empty());
  }

  private static ArchiveReference at(String text, int colon) {
    String image = text.substring(colon + 1);
    return new ArchiveReference(
        Path.of(text.substring(0, colon)), image.isEmpty() ? Optional.empty() : Optional.of(image));
  }

  /// As it was typed.
  @Override
  public String toString() {
    return path + image.map(i -> ":" + i).orElse("");
  }
}
