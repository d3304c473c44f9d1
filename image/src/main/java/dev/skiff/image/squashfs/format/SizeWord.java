package dev.skiff.image.squashfs.format;

/// What the format tells of a data or fragment block in 32 bits: how many bytes it has on disk, and
/// whether these are compressed. 0 stands for a block of zeros, which has none.
public final class SizeWord {

  /// Bit 24: stored without compression.
  public static final int STORED_FLAG = 1 << 24;

  private SizeWord() {}

  public static boolean isStored(int sizeWord) {
    return (sizeWord & STORED_FLAG) != 0;
  }

  /// Out of range if the word is: to be checked if it comes from an image.
  public static int diskBytes(int sizeWord) {
    return sizeWord & ~STORED_FLAG;
  }
}
