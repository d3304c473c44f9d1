package dev.skiff.cli;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.squashfs.BlockSize;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What `--mksquashfs-args` asks for. Skiff writes SquashFS itself: what has an equal is honoured,
/// what changes nothing is accepted, and everything else is refused by name.
///
/// @param compression empty if the words say nothing of it
/// @param blockSize empty if the words say nothing of it
/// @param processors at least 1; empty if the words say nothing of it
record MksquashfsArguments(
    Optional<CompressionLevel> compression,
    Optional<BlockSize> blockSize,
    Optional<Integer> processors) {

  static final MksquashfsArguments NONE =
      new MksquashfsArguments(Optional.empty(), Optional.empty(), Optional.empty());

  /// Skiff's own way anyway, or of the terminal alone.
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "-noappend",
          "-no-recovery",
          "-no-progress",
          "-progress",
          "-quiet",
          "-info",
          "-reproducible",
          "-xattrs",
          "-exports",
          "-duplicates",
          "-sparse");

  /// Memory is bounded whatever they say.
  private static final Set<String> WITHOUT_EFFECT_AND_VALUE =
      Set.of("-mem", "-mem-percent", "-read-queue", "-write-queue", "-fragment-queue");

  private static final Set<String> STORED_PARTS = Set.of("-noI", "-noD", "-noF");

  /// Reads words parted by white space.
  ///
  /// @throws ProblemException if one of them cannot be honoured
  static MksquashfsArguments parse(String text) {
    return new Reading(text).read();
  }

  /// The words as far as they are read.
  private static final class Reading {

    private final Deque<String> words;
    private final Set<String> stored = new HashSet<>();
    private Optional<String> kind = Optional.empty();
    private Optional<String> level = Optional.empty();
    private Optional<BlockSize> blockSize = Optional.empty();
    private Optional<Integer> processors = Optional.empty();

    Reading(String text) {
      words =
          new ArrayDeque<>(
              Arrays.stream(text.split("\\s+", -1)).filter(word -> !word.isEmpty()).toList());
    }

    MksquashfsArguments read() {
      while (!words.isEmpty()) {
        take(words.removeFirst());
      }
      return new MksquashfsArguments(compression(), blockSize, processors);
    }

    private void take(String word) {
      switch (word) {
        case "-comp" -> kind = Optional.of(value(word));
        case "-Xcompression-level" -> level = Optional.of(value(word));
        case "-Xhc" -> level = Optional.of("12");
        case "-b" -> blockSize = Optional.of(blockSize(value(word)));
        case "-processors" ->
            processors = Optional.of(ImageFormatOptions.threads(word, value(word)));
        case "-no-compression" -> kind = Optional.of("none");
        case "-noI",
            "-noInodeCompression",
            "-noD",
            "-noDataCompression",
            "-noF",
            "-noFragmentCompression" ->
            stored.add(word.substring(0, 4));
        case "-noX", "-noXattrCompression", "-noId", "-noIdTableCompression" -> {} // as -noI
        default -> accept(word);
      }
    }

    private void accept(String word) {
      if (WITHOUT_EFFECT_AND_VALUE.contains(word)) {
        String _ = value(word);
      } else if (!WITHOUT_EFFECT.contains(word)) {
        throw refused(
            word,
            "skiff writes SquashFS without mksquashfs, and has no equal of it",
            "leave it out; what can be chosen: --compression, --block-size, --processors");
      }
    }

    private String value(String word) {
      if (words.isEmpty()) {
        throw refused(word, "its value is missing", "give it as mksquashfs takes it");
      }
      return words.removeFirst();
    }

    private static BlockSize blockSize(String text) {
      try {
        return BlockSize.parse(text);
      } catch (IllegalArgumentException e) {
        throw refused("-b " + text, String.valueOf(e.getMessage()), "give for example -b 128K");
      }
    }

    private Optional<CompressionLevel> compression() {
      if (!stored.isEmpty() && !stored.containsAll(STORED_PARTS)) {
        throw refused(
            stored.stream().sorted().findFirst().orElseThrow(),
            "skiff compresses all parts of an image or none",
            "give --compression none, or leave it out");
      }
      if (!stored.isEmpty()) {
        return Optional.of(new CompressionLevel(Compression.NONE, 0));
      }
      // Without -comp, mksquashfs means gzip.
      return kind.isEmpty() && level.isEmpty()
          ? Optional.empty()
          : Optional.of(compression(kind.orElse("gzip")));
    }

    private CompressionLevel compression(String name) {
      String text = name + level.map(":"::concat).orElse("");
      List<String> unknown = List.of("lzo", "lzma");
      try {
        return CompressionLevel.parse(text);
      } catch (IllegalArgumentException e) {
        throw refused(
            "-comp " + name + level.map(" -Xcompression-level "::concat).orElse(""),
            unknown.contains(name)
                ? "skiff reads %s, and does not write it".formatted(name)
                : String.valueOf(e.getMessage()),
            "give -comp zstd, gzip, lz4 or xz");
      }
    }

    private static ProblemException refused(String words, String why, String fix) {
      return new ProblemException(
          new Problem("cannot honour '%s' of --mksquashfs-args".formatted(words), why, fix),
          ExitCode.USAGE);
    }
  }
}
