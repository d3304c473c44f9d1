package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How an image is written, and what is said of it: the options that `build` and `pull` share.
@Timeout(300)
final class ImageFormatIT {

  private Path directory = Path.of("/");
  private String archive = "";

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.RANGE.orSkip());
    archive =
        "oci-archive:"
            + new OciArchiveFixture(directoryOf(HostUser.ROOT)).busybox().archive("O.tar", "{}");
  }

  private Outcome type(String... words) {
    return skiff(HostUser.RANGE, directory, words);
  }

  private void nothingIsLeft() throws IOException {
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  /// The super block of the image in a SIF.
  private ByteBuffer superBlock(String sif) throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve(sif));
    int start = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("hsqs");
    return ByteBuffer.wrap(bytes, start, 96).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest
  @CsvSource({
    "--compression=none, 1, 131072",
    "--block-size=4K, 6, 4096",
    "--block-size=131072, 6, 131072",
    "--block-size=1M, 6, 1048576",
    "--processors=1, 6, 131072",
    "--mksquashfs-args=-comp gzip -Xcompression-level 1 -b 64k -mem 1G, 1, 65536",
    "--mksquashfs-args=-comp lz4 -Xhc -processors 2, 5, 131072",
    "--mksquashfs-args=-noI -noD -noF, 1, 131072"
  })
  void theImageIsWrittenAsAsked(String option, int compression, int blockSize) throws IOException {
    for (String verb : List.of("build", "pull")) {
      type(verb, option, verb + ".sif", archive).ends(0);
      assertThat(superBlock(verb + ".sif").getInt(12)).isEqualTo(blockSize);
      assertThat(superBlock(verb + ".sif").getShort(20)).isEqualTo((short) compression);
      type("exec", verb + ".sif", "sh", "-c", "echo runs").ends(0).prints("runs\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "--compression=zstd:23, its levels are 1 to 22",
        "--compression=none:1, it has no levels",
        "--compression=brotli, there is no such compression",
        "--block-size=100K, it is no power of two from 4K to 1M",
        "--block-size=2M, it is no power of two from 4K to 1M",
        "--block-size=big, it is no size",
        "--processors=0, '0' processors",
        "--processors=many, 'many' processors",
        "--mksquashfs-args=-all-root, '-all-root' of --mksquashfs-args",
        "--mksquashfs-args=-comp lzo, does not write it",
        "--arch=pdp11, there is no such architecture",
        "--arch-variant=V 7, found 'amd64/V 7'",
        "--progress=loud, '--progress'"
      })
  void aValueThatIsNoneIsAnErrorOfUse(String option, String why) throws IOException {
    for (String verb : List.of("build", "pull")) {
      type(verb, option, "x.sif", archive).ends(2).complains(why);
    }
    nothingIsLeft();
  }

  @Test
  void whatIsSaidTwiceIsAnErrorOfUse() throws IOException {
    type("build", "--compression=xz", "--mksquashfs-args=-comp xz", "x.sif", archive)
        .ends(2)
        .complains("--compression and --mksquashfs-args together");
    type("pull", "--name", "y.sif", "x.sif", archive).ends(2).complains("named twice");
    type("build", "--json", "x.sif", archive).ends(2).complains("--progress json");
    nothingIsLeft();
  }

  @Test
  void theConfigurationSaysHowWhereTheWordsDoNot() throws IOException {
    Path config =
        Files.writeString(directory.resolve("c"), "compression: gzip:1\nblock-size: 8K\n");
    Map<String, String> environment = Map.of("SKIFF_CONFIG", config.toString());
    skiff(HostUser.RANGE, directory, environment, "pull", "a.sif", archive).ends(0);
    assertThat(superBlock("a.sif").getInt(12)).isEqualTo(8192);
    assertThat(superBlock("a.sif").getShort(20)).isEqualTo((short) 1);
    skiff(HostUser.RANGE, directory, environment, "pull", "--compression=zstd", "b.sif", archive)
        .ends(0);
    assertThat(superBlock("b.sif").getShort(20)).isEqualTo((short) 6);
    Files.writeString(config, "compression: brotli\n");
    skiff(HostUser.RANGE, directory, environment, "pull", "c.sif", archive)
        .ends(1)
        .complains("c:1:14")
        .complains("there is no such compression");
  }

  @Test
  void anImageForAnotherProcessorIsNotLabelledForThis() throws IOException {
    type("build", "base.sif", archive).ends(0);
    type("build", "--arch", "arm64", "x.sif", "base.sif")
        .ends(1)
        .complains("cannot build for 'arm64'")
        .complains("'/bin/sh' is for amd64");
    type("pull", "--arch", "arm64", "x.sif", archive).ends(1).complains("linux/amd64");
    type("pull", "--arch", "arm", "--arch-variant", "v7", "x.sif", archive)
        .ends(1)
        .complains("linux/arm/v7");
    assertThat(directory.resolve("x.sif")).doesNotExist();
    type("build", "--arch", "amd64", "x.sif", "base.sif").ends(0);
  }

  @Test
  void aPullTakesThePeersOptions() throws IOException {
    Path place = Files.createDirectory(directory.resolve("d"));
    execute("chown", HostUser.RANGE.account(), place.toString());
    type("pull", "--dir", "d", "--name", "n.sif", "-U", "--reproducible", archive).ends(0);
    assertThat(place.resolve("n.sif")).isRegularFile();
    type(
            "pull",
            "--dir",
            "d",
            "--allow-unauthenticated",
            "--allow-unsigned",
            "--no-reuse",
            "o.sif",
            archive)
        .ends(0);
    assertThat(place.resolve("o.sif")).hasSameBinaryContentAs(place.resolve("n.sif"));
    type("pull", "--dir", "nowhere", archive).ends(1).complains("mkdir -p");
  }

  @Test
  void aFileTellsOfEachPhaseAndTheSizes() throws IOException {
    Outcome outcome =
        type("build", "--no-reuse", "--compression=zstd:1", "x.sif", archive).ends(0).prints("");
    assertThat(outcome.err())
        .doesNotContain("\r")
        .doesNotContain("\033")
        .containsPattern("(?m)^\\[4/4\\] write the SIF 'x.sif'$")
        .containsPattern("(?m)^  convert [0-9.]+ [kM]B, [0-9.]+ s(, .*/s)?$")
        .containsPattern("(?m)^  tables, [0-9.]+ s$")
        .containsPattern(
            "built x.sif: [0-9.]+ [kM]B from [0-9.]+ [kM]B of layers \\([01].[0-9]{2}\\), zstd:1,"
                + " in [0-9.]+ s\n\\z");
    Outcome copied = type("build", "y.sif", "x.sif").ends(0).prints("");
    assertThat(copied.err()).containsPattern("of files \\([01].[0-9]{2}\\), zstd:1, in ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--quiet", "--silent"})
  void quietSaysNothing(String option) {
    Outcome outcome = type(option, "pull", "x.sif", archive).ends(0).prints("");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void aScriptReadsWhatABuildCameTo() throws IOException {
    Outcome outcome = type("pull", "--progress", "json", "x.sif", archive).ends(0);
    List<String> lines = outcome.out().lines().toList();
    assertThat(outcome.err()).isEmpty();
    assertThat(lines).allMatch(line -> line.startsWith("{\"event\":") && line.endsWith("}"));
    assertThat(lines.getFirst()).startsWith("{\"event\":\"step-started\",\"number\":1,\"total\":4");
    assertThat(lines.getLast())
        .startsWith(
            "{\"event\":\"built\",\"target\":\"x.sif\",\"bytes\":"
                + Files.size(directory.resolve("x.sif"))
                + ",\"input\":\"layers\",\"inputBytes\":")
        .contains(
            "\"compression\":\"zstd:1\",\"blockSize\":131072,\"time\":\"1970-01-01T00:00:00Z\"");
  }
}
