package dev.skiff.image.squashfs.codec;

/// The compressions an image may be written with.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#superblock">SquashFS: compressor ids</a>
public enum Compression {
  /// Every block stored as it is. Has no id of its own: the image names zlib and never uses it.
  NONE(1, 0, 0, 0),
  /// zlib streams: what every SquashFS reader knows.
  GZIP(1, 1, 9, 6),
  /// Fastest to read and write, and largest. Level 0 is the fast kind, 1 to 12 are high
  /// compression.
  LZ4(5, 0, 12, 0),
  /// Smallest and slowest.
  XZ(4, 0, 9, 6),
  /// Small and fast; needs Linux 4.14 or a squashfuse built with it.
  ZSTD(6, 1, 22, 1);

  private final int id;
  private final int lowestLevel;
  private final int highestLevel;
  private final int defaultLevel;

  Compression(int id, int lowestLevel, int highestLevel, int defaultLevel) {
    this.id = id;
    this.lowestLevel = lowestLevel;
    this.highestLevel = highestLevel;
    this.defaultLevel = defaultLevel;
  }

  /// The number that stands for it in the super block.
  public int id() {
    return id;
  }

  public int lowestLevel() {
    return lowestLevel;
  }

  public int highestLevel() {
    return highestLevel;
  }

  public int defaultLevel() {
    return defaultLevel;
  }
}
