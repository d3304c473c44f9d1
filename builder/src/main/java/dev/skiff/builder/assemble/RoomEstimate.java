package dev.skiff.builder.assemble;

import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.squashfs.codec.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// About how much room a SIF will take, from what it is made of. Nobody knows before: layers hide
/// each other's files, and equal files are stored once.
///
/// @param bytes the estimate
record RoomEstimate(long bytes) {

  /// Header, descriptors and the smallest file system: what every SIF has.
  private static final long LEAST_BYTES = 40 << 10;

  /// Of layers as they are stored.
  static RoomEstimate ofLayers(List<Descriptor> layers, Compression compression) {
    long bytes = 0;
    for (Descriptor layer : layers) {
      long claimed = Math.min(layer.sizeBytes(), MergeLimits.STANDARD.contentBytes());
      bytes +=
          isCompressed(layer)
              ? claimed * percentOfCompressed(compression) / 100
              : claimed * percentOfPlain(compression) / 100;
    }
    return new RoomEstimate(bytes + LEAST_BYTES);
  }

  /// Of files with so many bytes in all.
  static RoomEstimate ofFiles(long bytes, Compression compression) {
    return new RoomEstimate(bytes * percentOfPlain(compression) / 100 + LEAST_BYTES);
  }

  /// With what is copied as it is.
  RoomEstimate plus(long copiedBytes) {
    return new RoomEstimate(bytes + copiedBytes);
  }

  private static boolean isCompressed(Descriptor layer) {
    String type = layer.mediaType();
    return type.endsWith("gzip") || type.endsWith("zstd");
  }

  private static int percentOfCompressed(Compression compression) {
    return switch (compression) {
      case XZ -> 85;
      case GZIP, ZSTD -> 95;
      case LZ4 -> 120;
      case NONE -> 220;
    };
  }

  private static int percentOfPlain(Compression compression) {
    return switch (compression) {
      case XZ -> 37;
      case GZIP, ZSTD -> 42;
      case LZ4 -> 53;
      case NONE -> 100;
    };
  }

  /// Warns where the room is likely to be too little.
  ///
  /// @param directory where the file is made
  /// @throws ProblemException if not even an empty image would fit
  void check(Path directory, BuildListener listener) {
    long usable;
    try {
      usable = Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      return; // a file system that does not say is tried
    }
    if (usable < LEAST_BYTES) {
      throw new ProblemException(
          new Problem(
              "cannot write an image in '%s'".formatted(directory),
              "the disk of '%s' is full".formatted(directory),
              "make room there, or name a target on another disk"));
    }
    if (usable < bytes) {
      listener.on(
          new Warned(
              new Problem(
                  "the room in '%s' may not be enough".formatted(directory),
                  "it has %d MiB left, and the image will take about %d MiB"
                      .formatted(usable >> 20, (bytes >> 20) + 1),
                  "make room there, or name a target on another disk; should it run full, nothing"
                      + " is left behind")));
    }
  }
}
