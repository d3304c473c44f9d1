package dev.skiff.builder.metadata;

import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The small text files of an image, wherever it lies: in a directory, or in a tree merged from
/// layers. Links are followed inside the image only.
public interface ImageTexts {

  /// A file's text as UTF-8, bytes that are none replaced; empty if it is no regular file.
  ///
  /// @throws IOException if it cannot be read, or is longer than any metadata
  Optional<String> read(ContainerPath file) throws IOException;

  /// The names in a directory, sorted; none if it is no directory.
  List<String> names(ContainerPath directory) throws IOException;
}
