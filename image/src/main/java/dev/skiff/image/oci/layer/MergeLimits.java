package dev.skiff.image.oci.layer;

/// How much a set of layers may hold, so that a small download cannot fill a disk or the memory.
///
/// @param contentBytes most bytes of all tar streams together, holes of sparse files included
/// @param entries most entries of all layers together
/// @param extraMemoryBytes most memory for what entries bring besides themselves: directories that
///   they imply, whiteouts, extended attributes, targets of links
public record MergeLimits(long contentBytes, long entries, long extraMemoryBytes) {

  private static final long MOST_CONTENT_BYTES = 1L << 38;
  private static final long MOST_ENTRIES = 4_000_000;

  /// Larger than any image known to be in use, as far as this process has memory.
  public static final MergeLimits STANDARD = new MergeLimits(MOST_CONTENT_BYTES, MOST_ENTRIES);

  public MergeLimits {
    if (contentBytes < 0 || entries < 0 || extraMemoryBytes < 0) {
      throw new IllegalArgumentException("limits are not negative");
    }
  }

  /// Limits with a quarter of the heap for what entries bring besides themselves.
  public MergeLimits(long contentBytes, long entries) {
    this(contentBytes, entries, Runtime.getRuntime().maxMemory() / 4);
  }

  /// The standard limits, or less where less space is there.
  ///
  /// @param usableBytes what the disk has left
  /// @param expansion how many times larger than the result the content may be: 1 for plain files
  public static MergeLimits within(long usableBytes, int expansion) {
    long most =
        usableBytes > MOST_CONTENT_BYTES / expansion ? MOST_CONTENT_BYTES : usableBytes * expansion;
    return new MergeLimits(most, MOST_ENTRIES);
  }
}
