package dev.skiff.image.squashfs.format;

/// Where a file's bytes stand.
///
/// @param sizeBytes 0 or more
/// @param startBytes of the first block in the image
/// @param fragment index, or -1 if the tail is a short last block
/// @param fragmentOffset of the tail inside the fragment, in bytes
public record Extent(long sizeBytes, long startBytes, int fragment, int fragmentOffset) {

  public static final int NO_FRAGMENT = -1;

  /// How many blocks the file has of its own.
  public long blockCount(int blockSizeBytes) {
    return fragment == NO_FRAGMENT
        ? sizeBytes / blockSizeBytes + (sizeBytes % blockSizeBytes == 0 ? 0 : 1)
        : sizeBytes / blockSizeBytes;
  }
}
