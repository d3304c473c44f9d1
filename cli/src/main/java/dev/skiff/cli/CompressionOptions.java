package dev.skiff.cli;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.squashfs.codec.Compression;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How the root file system of a SIF is compressed.
final class CompressionOptions {

  @Option(
      names = "--compression",
      paramLabel = "KIND[:LEVEL]",
      description = "zstd (default), gzip, lz4 or xz.")
  private String compression = "zstd";

  Compression kind() {
    String word = compression.split(":", 2)[0].toUpperCase(Locale.ROOT);
    return switch (word) {
      case "ZSTD", "GZIP", "LZ4", "XZ" -> Compression.valueOf(word);
      default -> throw wrong("there is no such compression");
    };
  }

  /// Empty means the default of the kind.
  Optional<Integer> level() {
    String[] words = compression.split(":", 2);
    if (words.length == 1) {
      return Optional.empty();
    }
    Compression kind = kind();
    try {
      int level = Integer.parseInt(words[1]);
      if (level >= kind.lowestLevel() && level <= kind.highestLevel()) {
        return Optional.of(level);
      }
    } catch (NumberFormatException e) {
      throw wrong("'%s' is no number".formatted(words[1]));
    }
    throw wrong("its levels are %d to %d".formatted(kind.lowestLevel(), kind.highestLevel()));
  }

  private ProblemException wrong(String why) {
    return new ProblemException(
        new Problem(
            "cannot compress with '%s'".formatted(compression),
            why,
            "give --compression zstd, gzip, lz4 or xz, with a level as in zstd:9"),
        ExitCode.USAGE);
  }
}
