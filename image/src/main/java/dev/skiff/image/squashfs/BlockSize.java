package dev.skiff.image.squashfs;

import java.util.Locale;

/// How much of a file is compressed at once.
///
/// @param bytes a power of two, 4 KiB to 1 MiB
public record BlockSize(int bytes) {

  private static final int SMALLEST = 4 << 10;
  private static final int LARGEST = 1 << 20;

  public BlockSize {
    if (Integer.bitCount(bytes) != 1 || bytes < SMALLEST || bytes > LARGEST) {
      throw new IllegalArgumentException("it is no power of two from 4K to 1M");
    }
  }

  /// Reads `131072`, `128K` or `1M`; `k`, `KB`, `KiB` and the like mean the same.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static BlockSize parse(String text) {
    String word = text.strip().toUpperCase(Locale.ROOT);
    if (!word.matches("[0-9]{1,7}([KM](I?B)?)?")) {
      throw new IllegalArgumentException("it is no size");
    }
    long number = Long.parseLong(word.replaceAll("[^0-9]", ""));
    long bytes = word.contains("M") ? number << 20 : word.contains("K") ? number << 10 : number;
    return new BlockSize((int) Math.min(bytes, Integer.MAX_VALUE));
  }

  /// `128K`.
  @Override
  public String toString() {
    return bytes == LARGEST ? "1M" : (bytes >> 10) + "K";
  }
}
