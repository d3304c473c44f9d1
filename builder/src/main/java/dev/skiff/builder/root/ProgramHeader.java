package dev.skiff.builder.root;

import dev.skiff.image.sif.Architecture;

/// A program of an image, and the processor it is for.
///
/// @param path in the image
public record ProgramHeader(String path, Architecture architecture) {}
