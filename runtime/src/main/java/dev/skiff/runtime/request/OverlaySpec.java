package dev.skiff.runtime.request;

import dev.skiff.runtime.plan.SetupStep.Access;
import java.nio.file.Path;

/// A file system that was asked to lie over the image.
///
/// @param path a directory or an image file, absolute or relative to the working directory
/// @param access whether changes go to it
public record OverlaySpec(Path path, Access access) {

  /// Reads `PATH[:ro|:rw]`.
  ///
  /// @throws java.nio.file.InvalidPathException if no file can have the name
  static OverlaySpec parse(String text) {
    if (text.endsWith(":ro")) {
      return new OverlaySpec(Path.of(text.substring(0, text.length() - 3)), Access.READ_ONLY);
    }
    String path = text.endsWith(":rw") ? text.substring(0, text.length() - 3) : text;
    return new OverlaySpec(Path.of(path), Access.READ_WRITE);
  }
}
