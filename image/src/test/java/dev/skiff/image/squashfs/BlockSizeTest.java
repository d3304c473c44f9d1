package dev.skiff.image.squashfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.squashfs.codec.CompressionLevel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BlockSizeTest {

  @ParameterizedTest
  @CsvSource({"4K, 4096", "131072, 131072", "128k, 131072", "64KiB, 65536", "1M, 1048576"})
  void aSizeIsReadAsPeopleWriteIt(String text, int bytes) {
    assertThat(BlockSize.parse(text)).isEqualTo(new BlockSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "2K", "2M", "100K", "128G", "-4K", "9999999M", "4294967296"})
  void anythingElseIsNone(String text) {
    assertThatThrownBy(() -> BlockSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"zstd, zstd:3", "ZSTD:22, zstd:22", "gzip:1, gzip:1", "none, none", "lz4:0, lz4:0"})
  void aCompressionMayHaveALevel(String text, String read) {
    assertThat(CompressionLevel.parse(text)).hasToString(read);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "brotli, there is no such compression",
        "zstd:x, \"'x' is no number\"",
        "zstd:-1, \"'-1' is no number\"",
        "zstd:23, its levels are 1 to 22",
        "none:1, it has no levels"
      })
  void aCompressionThatIsNoneIsToldWhy(String text, String why) {
    assertThatThrownBy(() -> CompressionLevel.parse(text)).hasMessage(why);
  }
}
