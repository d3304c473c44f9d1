package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import dev.skiff.image.squashfs.format.BlockEncoding;
import dev.skiff.image.squashfs.read.ImageFile;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.squashfs.reuse.BlockTable;
import dev.skiff.image.squashfs.reuse.ContentHash;
import dev.skiff.image.tree.FileContent;

/// How an image is written. The bytes depend on all of it but `threads`.
///
/// @param level within the compression's own range
/// @param blockSizeBytes a power of two, 4 KiB to 1 MiB; below 64 KiB is not readable by kernels
///   with 64 KiB pages
/// @param mkfsTimeSeconds seconds since 1970 for the super block, 0 to 2^32-1
/// @param threads how many blocks are compressed at the same time, at least 1
public record SquashfsOptions(
    Compression compression, int level, int blockSizeBytes, long mkfsTimeSeconds, int threads) {

  private static final int DEFAULT_BLOCK_SIZE_BYTES = 128 << 10;

  public SquashfsOptions {
    if (level < compression.lowestLevel() || level > compression.highestLevel()) {
      throw new IllegalArgumentException(
          "%s has levels %d to %d, not %d"
              .formatted(
                  compression, compression.lowestLevel(), compression.highestLevel(), level));
    }
    if (Integer.bitCount(blockSizeBytes) != 1
        || blockSizeBytes < 4 << 10
        || blockSizeBytes > 1 << 20) {
      throw new IllegalArgumentException(
          "a block size is a power of two from 4096 to 1048576, not " + blockSizeBytes);
    }
    if (mkfsTimeSeconds < 0 || mkfsTimeSeconds > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("a time has 32 bits, unsigned: " + mkfsTimeSeconds);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
  }

  /// zstd, 128 KiB blocks, time 0, a thread for each processor.
  public static SquashfsOptions defaults() {
    Compression zstd = Compression.ZSTD;
    int processors = Runtime.getRuntime().availableProcessors();
    return new SquashfsOptions(zstd, zstd.defaultLevel(), DEFAULT_BLOCK_SIZE_BYTES, 0, processors);
  }

  /// How the keys of files are computed that a writer with these options has stored.
  public int keyScheme() {
    return ContentHash.scheme(blockSizeBytes);
  }

  /// Whether a content is a file of an open image whose blocks a writer with these options copies
  /// as they are. The level does not show in a block; an image without compression takes none from
  /// one that has it.
  public boolean copiesBlocksOf(FileContent content) {
    return content instanceof ImageFile file && sharesBlocksWith(file.image());
  }

  boolean sharesBlocksWith(OpenImage image) {
    return image.blockSizeBytes() == blockSizeBytes
        && image.compression().filter(found -> found == compression).isPresent();
  }

  /// Whether a writer with these options can copy the blocks that a table tells of, and would have
  /// made the same.
  public boolean copiesBlocksOf(BlockTable table) {
    return table.fits(encoding());
  }

  BlockEncoding encoding() {
    return new BlockEncoding(compression, level, blockSizeBytes);
  }

  /// The same with an open image's compression, at its default level, and with its block size, if
  /// that is a compression that images are written with.
  public SquashfsOptions like(SquashfsReader image) {
    return image
        .compression()
        .map(found -> withCompression(found).withBlockSizeBytes(image.blockSizeBytes()))
        .orElse(this);
  }

  /// The same with a compression at its default level.
  public SquashfsOptions withCompression(Compression changed) {
    return new SquashfsOptions(
        changed, changed.defaultLevel(), blockSizeBytes, mkfsTimeSeconds, threads);
  }

  public SquashfsOptions withCompression(CompressionLevel changed) {
    return withCompression(changed.compression()).withLevel(changed.level());
  }

  public SquashfsOptions withLevel(int changed) {
    return new SquashfsOptions(compression, changed, blockSizeBytes, mkfsTimeSeconds, threads);
  }

  public SquashfsOptions withBlockSizeBytes(int changed) {
    return new SquashfsOptions(compression, level, changed, mkfsTimeSeconds, threads);
  }

  public SquashfsOptions withMkfsTimeSeconds(long changed) {
    return new SquashfsOptions(compression, level, blockSizeBytes, changed, threads);
  }

  public SquashfsOptions withThreads(int changed) {
    return new SquashfsOptions(compression, level, blockSizeBytes, mkfsTimeSeconds, changed);
  }
}
