package dev.skiff.cli;

import dev.skiff.builder.BuildRequest.Format;
import dev.skiff.builder.BuildRequest.Reproduction;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.squashfs.BlockSize;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import dev.skiff.runtime.config.SkiffConfig;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How the root file system of a SIF is written: what the words say, else the configuration.
final class ImageFormatOptions {

  private static final String PROCESSORS = "SKIFF_PROCESSORS";

  @Option(
      names = "--compression",
      paramLabel = "KIND[:LEVEL]",
      description =
          "zstd (default; from a local image: that image's own), gzip, lz4, xz or none; zstd has levels 1 to 22, gzip 1 to 9, xz 0 to 9,"
              + " lz4 0 to 12.")
  private Optional<String> compression = Optional.empty();

  @Option(
      names = "--block-size",
      paramLabel = "SIZE",
      description =
          "What is compressed at once: 4K to 1M, a power of two (default: 128K; from a local image:"
              + " that image's own).")
  private Optional<String> blockSize = Optional.empty();

  @Option(
      names = "--processors",
      paramLabel = "N",
      description = "How many threads compress (default: one for each processor).")
  private Optional<String> processors = Optional.empty();

  @Option(
      names = "--mksquashfs-args",
      parameterConsumer = VerbatimWord.class,
      paramLabel = "ARGS",
      description = "The same in mksquashfs's own words: -comp, -Xcompression-level, -b, ...")
  private Optional<String> mksquashfs = Optional.empty();

  @Option(
      names = "--reproducible",
      description =
          "The same bytes whenever it runs: always so, but with %%post; with this, files of %%post"
              + " get the image's time too.")
  private boolean reproducible;

  /// Whether words or configuration ask for a compression or block size.
  Format format(SkiffConfig config) {
    MksquashfsArguments said =
        mksquashfs.map(MksquashfsArguments::parse).orElse(MksquashfsArguments.NONE);
    boolean asked =
        compression.isPresent()
            || blockSize.isPresent()
            || said.compression().isPresent()
            || said.blockSize().isPresent()
            || config.compression().isPresent()
            || config.blockSize().isPresent();
    return asked ? Format.ASKED : Format.OPEN;
  }

  Reproduction reproduction() {
    return reproducible ? Reproduction.ALWAYS : Reproduction.WITHOUT_SCRIPTS;
  }

  /// @param config what holds where the words say nothing
  /// @throws ProblemException if a value is none, or something is said twice
  SquashfsOptions squashfs(SkiffConfig config, Map<String, String> environment) {
    MksquashfsArguments said =
        mksquashfs.map(MksquashfsArguments::parse).orElse(MksquashfsArguments.NONE);
    refuseTwice("--compression", compression.isPresent(), said.compression().isPresent(), "-comp");
    refuseTwice("--block-size", blockSize.isPresent(), said.blockSize().isPresent(), "-b");
    refuseTwice(
        "--processors", processors.isPresent(), said.processors().isPresent(), "-processors");
    SquashfsOptions options = SquashfsOptions.defaults();
    options =
        compression
            .map(ImageFormatOptions::compression)
            .or(said::compression)
            .or(config::compression)
            .map(options::withCompression)
            .orElse(options);
    options =
        blockSize
            .map(ImageFormatOptions::blockSize)
            .or(said::blockSize)
            .or(config::blockSize)
            .map(BlockSize::bytes)
            .map(options::withBlockSizeBytes)
            .orElse(options);
    Optional<String> variable =
        Optional.ofNullable(environment.get(PROCESSORS)).filter(text -> !text.isEmpty());
    return processors
        .map(text -> threads("--processors", text))
        .or(said::processors)
        .or(() -> variable.map(text -> threads(PROCESSORS, text)))
        .map(options::withThreads)
        .orElse(options);
  }

  private static void refuseTwice(String option, boolean given, boolean also, String word) {
    if (given && also) {
      throw new ProblemException(
          new Problem(
              "cannot use %s and --mksquashfs-args together".formatted(option),
              "%s says the same as %s".formatted(word, option),
              "leave out one of the two"),
          ExitCode.USAGE);
    }
  }

  private static CompressionLevel compression(String text) {
    try {
      return CompressionLevel.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          new Problem(
              "cannot compress with '%s'".formatted(text),
              String.valueOf(e.getMessage()),
              "give --compression zstd, gzip, lz4, xz or none, with a level as in zstd:9"),
          ExitCode.USAGE);
    }
  }

  private static BlockSize blockSize(String text) {
    try {
      return BlockSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          new Problem(
              "cannot write blocks of '%s'".formatted(text),
              String.valueOf(e.getMessage()),
              "give --block-size 128K, or another power of two from 4K to 1M"),
          ExitCode.USAGE);
    }
  }

  /// @param where the option or variable that says it
  static int threads(String where, String text) {
    if (text.matches("[1-9][0-9]{0,3}")) {
      return Integer.parseInt(text);
    }
    throw new ProblemException(
        new Problem(
            "cannot compress with '%s' processors".formatted(text),
            "%s is a number from 1 to 9999".formatted(where),
            "leave it out: then it is one for each processor"),
        ExitCode.USAGE);
  }
}
