package dev.skiff.image.squashfs.codec;

import java.util.Locale;

/// A compression and how hard it tries: `zstd:9`.
///
/// @param level within the compression's own range
public record CompressionLevel(Compression compression, int level) {

  public CompressionLevel {
    if (level < compression.lowestLevel() || level > compression.highestLevel()) {
      throw new IllegalArgumentException(
          compression.lowestLevel() == compression.highestLevel()
              ? "it has no levels"
              : "its levels are %d to %d"
                  .formatted(compression.lowestLevel(), compression.highestLevel()));
    }
  }

  /// Reads `zstd` or `zstd:9`: `gzip`, `lz4`, `xz`, `zstd` or `none`, in any case.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static CompressionLevel parse(String text) {
    String[] words = text.split(":", 2);
    Compression compression =
        switch (words[0].toLowerCase(Locale.ROOT)) {
          case "none" -> Compression.NONE;
          case "gzip" -> Compression.GZIP;
          case "lz4" -> Compression.LZ4;
          case "xz" -> Compression.XZ;
          case "zstd" -> Compression.ZSTD;
          default -> throw new IllegalArgumentException("there is no such compression");
        };
    if (words.length == 1) {
      return new CompressionLevel(compression, compression.defaultLevel());
    }
    if (!words[1].matches("[0-9]{1,4}")) {
      throw new IllegalArgumentException("'%s' is no number".formatted(words[1]));
    }
    return new CompressionLevel(compression, Integer.parseInt(words[1]));
  }

  /// As `parse` reads it.
  @Override
  public String toString() {
    String name = compression.name().toLowerCase(Locale.ROOT);
    return compression == Compression.NONE ? name : name + ":" + level;
  }
}
