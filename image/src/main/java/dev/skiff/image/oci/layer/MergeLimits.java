package dev.skiff.image.oci.layer;

/// How much a set of layers may hold, so that a small download cannot fill a disk or the memory.
///
/// @param contentBytes most bytes of all tar streams together, holes of sparse files included
/// @param entries most entries of all layers together
public record MergeLimits(long contentBytes, long entries) {

  /// Larger than any image known to be in use.
  public static final MergeLimits STANDARD = new MergeLimits(1L << 38, 4_000_000);

  public MergeLimits {
    if (contentBytes < 0 || entries < 0) {
      throw new IllegalArgumentException("limits are not negative");
    }
  }

  /// The standard limits, or less where less space is there.
  ///
  /// @param usableBytes what the disk has left
  /// @param expansion how many times larger than the result the content may be: 1 for plain files
  public static MergeLimits within(long usableBytes, int expansion) {
    long most =
        usableBytes > STANDARD.contentBytes / expansion
            ? STANDARD.contentBytes
            : usableBytes * expansion;
    return new MergeLimits(most, STANDARD.entries);
  }
}
