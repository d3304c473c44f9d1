package dev.skiff.image.squashfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SquashfsRoundTripTest {

  @TempDir Path folder;

  private void requireRoundTrip(long seed, SquashfsOptions options) throws Exception {
    FileTree tree = RandomTree.of(seed, 4 * options.blockSizeBytes());
    Path image = Images.write(folder.resolve("image"), tree, options);
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      assertThat(TreeText.difference(TreeText.of(reader.tree()), TreeText.of(tree)))
          .as("seed %d", seed)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatIsWrittenIsRead(long seed) throws Exception {
    requireRoundTrip(seed, SquashfsOptions.defaults().withBlockSizeBytes(8192));
  }

  @ParameterizedTest
  @EnumSource
  void everyCompressionIsReadBack(Compression compression) throws Exception {
    requireRoundTrip(
        21, SquashfsOptions.defaults().withCompression(compression).withBlockSizeBytes(16384));
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 65536, 131072, 1 << 20})
  void everyBlockSizeIsReadBack(int blockSizeBytes) throws Exception {
    requireRoundTrip(22, SquashfsOptions.defaults().withBlockSizeBytes(blockSizeBytes));
  }

  @ParameterizedTest
  @CsvSource({"ZSTD,2", "ZSTD,7", "GZIP,3", "LZ4,5"})
  void theNumberOfThreadsDoesNotShowInTheImage(Compression compression, int threads)
      throws Exception {
    SquashfsOptions one =
        SquashfsOptions.defaults()
            .withCompression(compression)
            .withBlockSizeBytes(4096)
            .withThreads(1);
    FileTree tree = RandomTree.of(23, 200_000);
    Path first = Images.write(folder.resolve("first"), tree, one);
    Path second = Images.write(folder.resolve("second"), tree, one.withThreads(threads));
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
  }
}
