package dev.skiff.image.sif;

/// The part of a file that holds a container's root.
///
/// @param offsetBytes from the file's start
public record SystemPartition(
    long offsetBytes, long sizeBytes, FileSystemType fileSystem, Architecture architecture) {}
