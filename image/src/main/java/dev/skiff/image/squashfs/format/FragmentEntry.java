package dev.skiff.image.squashfs.format;

/// Where a fragment block stands.
///
/// @param sizeWord bytes on disk, bit 24 set if stored without compression
/// @param checksum of the bytes on disk; 0 if nobody knows it
public record FragmentEntry(long startBytes, int sizeWord, int checksum) {}
