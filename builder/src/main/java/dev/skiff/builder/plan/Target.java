package dev.skiff.builder.plan;

import java.nio.file.Path;

/// What a build leaves behind.
///
/// @param path where
/// @param form a file or a directory
/// @param existing what happens to what stands there
public record Target(Path path, Form form, Existing existing) {

  /// The two forms an image has on disk.
  public enum Form {
    SIF,
    SANDBOX
  }

  /// What happens to a target that is there already.
  public enum Existing {
    /// The build stops before it begins.
    REFUSE,
    /// It is replaced, once the new one is complete.
    REPLACE,
    /// The sandbox is the base of the build.
    UPDATE
  }
}
