package dev.skiff.builder.assemble;

import dev.skiff.image.squashfs.SquashfsOptions;
import java.time.Instant;
import java.util.Optional;

/// How an image is written.
///
/// @param squashfs compression and the like; its time is set from `createdSeconds`
/// @param architecture of the image, as Go names it; empty means that of its programs
/// @param created the time that the image carries
/// @param latest the latest time a file in it may have: `SOURCE_DATE_EPOCH`; empty means any
public record ImageOptions(
    SquashfsOptions squashfs,
    Optional<String> architecture,
    Instant created,
    Optional<Instant> latest) {

  /// The usual compression, the host's architecture, this time, and every file's own.
  public static ImageOptions at(Instant created) {
    return new ImageOptions(
        SquashfsOptions.defaults(), Optional.empty(), created, Optional.empty());
  }
}
