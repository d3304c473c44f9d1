package dev.skiff.builder.assemble;

import dev.skiff.builder.time.ImageTime;
import dev.skiff.image.squashfs.SquashfsOptions;
import java.util.Optional;

/// How an image is written.
///
/// @param squashfs compression and the like; its time is set from `time`
/// @param architecture of the image, as Go names it; empty means that of its programs
/// @param time that the image carries
public record ImageOptions(
    SquashfsOptions squashfs, Optional<String> architecture, ImageTime time) {}
