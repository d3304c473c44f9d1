package dev.skiff.builder;

import dev.skiff.builder.plan.Target;
import dev.skiff.image.squashfs.SquashfsOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a build came to.
///
/// @param target as it was asked for
/// @param file what is known of a SIF; empty for a sandbox
/// @param time that the image carries
/// @param duration from the first step to the last
public record BuildSummary(Target target, Optional<SifFile> file, Instant time, Duration duration) {

  /// A SIF file that was made.
  ///
  /// @param input what went in
  /// @param inputBytes how much of it
  /// @param bytes size of the file
  /// @param squashfs how its root is written
  public record SifFile(Input input, long inputBytes, long bytes, SquashfsOptions squashfs) {}

  /// What the bytes that went in were.
  public enum Input {
    /// Layers of an OCI image, as they are stored.
    LAYERS,
    /// Contents of files.
    FILES
  }
}
