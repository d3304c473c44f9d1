package dev.skiff.runtime.config;

import dev.skiff.image.squashfs.BlockSize;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.util.Optional;

/// The settings in force that no environment variable can stand for below.
///
/// @param registries how registries are spoken to
/// @param compression how images are compressed where nobody says
/// @param blockSize of images where nobody says
public record SkiffConfig(
    RegistrySettings registries,
    Optional<CompressionLevel> compression,
    Optional<BlockSize> blockSize) {

  /// Nothing is set.
  public static final SkiffConfig EMPTY = of(RegistrySettings.EMPTY);

  /// Settings of registries alone.
  public static SkiffConfig of(RegistrySettings registries) {
    return new SkiffConfig(registries, Optional.empty(), Optional.empty());
  }

  /// These settings, and plain http for one more registry.
  public SkiffConfig withInsecure(String host) {
    return new SkiffConfig(registries.withInsecure(host), compression, blockSize);
  }

  static SkiffConfig of(Configuration configuration) {
    return new SkiffConfig(
        RegistrySettings.of(configuration),
        configuration.word(Setting.COMPRESSION).map(CompressionLevel::parse),
        configuration.word(Setting.BLOCK_SIZE).map(BlockSize::parse));
  }
}
