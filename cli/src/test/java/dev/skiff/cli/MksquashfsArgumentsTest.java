package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.squashfs.BlockSize;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MksquashfsArgumentsTest {

  private static Optional<String> compression(String words) {
    return MksquashfsArguments.parse(words).compression().map(CompressionLevel::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "-comp zstd -Xcompression-level 9, zstd:9",
    "-comp zstd, zstd:3",
    "-Xcompression-level 9, gzip:9",
    "-comp lz4 -Xhc, lz4:12",
    "-comp xz, xz:6",
    "-no-compression, none",
    "-noI -noD -noF -noX, none"
  })
  void whatHasAnEqualIsHonoured(String words, String wanted) {
    assertThat(compression(words)).contains(wanted);
  }

  @Test
  void allAtOnceAndWhatChangesNothing() {
    MksquashfsArguments said =
        MksquashfsArguments.parse(
            " -comp gzip  -b 1M -processors 2 -mem 2G -noappend -no-progress -quiet ");
    assertThat(said)
        .isEqualTo(
            new MksquashfsArguments(
                Optional.of(CompressionLevel.parse("gzip")),
                Optional.of(new BlockSize(1 << 20)),
                Optional.of(2)));
    assertThat(MksquashfsArguments.parse("-mem 10%")).isEqualTo(MksquashfsArguments.NONE);
    assertThat(MksquashfsArguments.parse("")).isEqualTo(MksquashfsArguments.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "-Xbcj x86, '-Xbcj'",
    "-all-root, '-all-root'",
    "-noI, all parts of an image or none",
    "-comp lzo, does not write it",
    "-comp brotli, no such compression",
    "-comp zstd -Xcompression-level 23, 1 to 22",
    "-Xcompression-level x, is no number",
    "-b 100K, no power of two",
    "-b, its value is missing",
    "-processors 0, '0'",
    "stray, 'stray'"
  })
  void everythingElseIsRefusedByName(String words, String why) {
    assertThatThrownBy(() -> MksquashfsArguments.parse(words))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e.problem().render()).contains(why);
            });
  }
}
