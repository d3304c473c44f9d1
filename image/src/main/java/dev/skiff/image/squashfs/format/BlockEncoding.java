package dev.skiff.image.squashfs.format;

import dev.skiff.image.squashfs.codec.Compression;

/// How the blocks of an image are made: those of two images are alike if this is.
///
/// @param level within the compression's own range
/// @param blockSizeBytes a power of two, 4 KiB to 1 MiB
public record BlockEncoding(Compression compression, int level, int blockSizeBytes) {}
