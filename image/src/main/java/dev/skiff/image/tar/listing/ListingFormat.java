package dev.skiff.image.tar.listing;

import java.nio.charset.StandardCharsets;

/// A listing on disk, little endian:
///
///     magic             8 bytes, the version in them
///     key scheme        int
///     archive size      long    in bytes, uncompressed
///     entries           int     how many
///     plain size        int     of the entries, in bytes
///     packed size       int     of the same, compressed with zstd
///     keys              int     how many
///     the entries       packed
///     the keys          44 bytes each, by ascending ordinal:
///                       ordinal of the file's entry (int), size (long), SHA-256
///     seal              SHA-256 of all that stands before it
final class ListingFormat {

  static final byte[] MAGIC = "SKIFFTL1".getBytes(StandardCharsets.US_ASCII);
  static final int HEADER_BYTES = MAGIC.length + 4 + 8 + 4 * 4;
  static final int KEY_BYTES = 4 + 8 + 32;
  static final int SEAL_BYTES = 32;

  /// A listing whose entries need more is not made: an archive of some million files.
  static final int MOST_PLAIN_BYTES = 24 << 20;

  private ListingFormat() {}
}
