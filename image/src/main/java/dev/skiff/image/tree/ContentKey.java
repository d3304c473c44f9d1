package dev.skiff.image.tree;

/// Names the bytes of a file by a SHA-256 and their number: among keys of one scheme, two are equal
/// exactly if the bytes are.
///
/// @param sizeBytes of the file, 0 or more
/// @param a the hash's first eight bytes, big endian; `b`, `c` and `d` are the rest
public record ContentKey(long sizeBytes, long a, long b, long c, long d) {}
