package dev.skiff.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.squashfs.BlockSize;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

  @TempDir Path directory;

  private static String rendered(String text) {
    return catchThrowableOfType(ProblemException.class, () -> ConfigFile.parse("config.yaml", text))
        .problem()
        .render();
  }

  @Test
  void mirrorsKeepTheirOrder() {
    SkiffConfig config =
        ConfigFile.parse(
            "config.yaml",
            """
            mirrors:
              nvcr.io: [http://127.0.0.1:5000, mirror.lab/nvidia]
              docker.io:
                - https://cache.lab
            insecure: ["registry.lab:5000"]
            """);
    assertThat(config.mirrorsOf("nvcr.io"))
        .containsExactly(
            URI.create("http://127.0.0.1:5000"), URI.create("https://mirror.lab/nvidia"));
    assertThat(config.mirrorsOf("quay.io")).isEmpty();
    assertThat(config.isInsecure("registry.lab:5000")).isTrue();
    assertThat(config.isInsecure("registry.lab")).isFalse();
    assertThat(ConfigFile.parse("config.yaml", "# nothing\n")).isEqualTo(SkiffConfig.EMPTY);
  }

  @Test
  void imagesAreWrittenAsTheFileSays() {
    SkiffConfig config = ConfigFile.parse("x", "compression: gzip:9\nblock-size: 256K\n");
    assertThat(config.compression()).contains(CompressionLevel.parse("gzip:9"));
    assertThat(config.blockSize()).contains(BlockSize.parse("256K"));
    SkiffConfig site = ConfigFile.parse("y", "compression: xz\n");
    assertThat(SkiffConfig.EMPTY.over(site).compression()).contains(CompressionLevel.parse("xz"));
    assertThat(config.over(site)).isEqualTo(config);
  }

  @Test
  void aSettingThatDoesNotExistIsShownWhereItStands() {
    assertThat(rendered("insecure: []\nmirors:\n  a: [b]\n"))
        .isEqualTo(
            """
            error: cannot use the configuration 'config.yaml'
              --> config.yaml:2:1
              2 | mirors:
                | ^
              why: there is no setting 'mirors', only mirrors, insecure, compression and block-size
              fix: write for example 'mirrors: {nvcr.io: [https://HOST]}'
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mirrors: [a]|mirrors is no map of KEY: VALUE",
        "mirrors: {a: b}|the mirrors of a is no list",
        "mirrors: {a: [[b]]}|an entry of the mirrors of a is no single word",
        "mirrors: {a: ['ftp://b']}|'ftp://b' is no address of the form",
        "mirrors: {a: ['http://u:p@b']}|is no address of the form",
        "insecure: yes|insecure is no list",
        "compression: brotli|compression 'brotli': there is no such compression",
        "compression: [zstd]|compression is no single word",
        "block-size: 100K|block-size '100K': it is no power of two from 4K to 1M",
        "just text|the file is no map",
        "a: [|expected",
        "x: !!javax.script.ScriptEngineManager [a]|Global tag is not allowed",
      })
  void whatMeansNothingIsExplained(String text, String why) {
    assertThat(rendered(text)).contains(why);
  }

  @Test
  void aSettingThatStandsTwiceIsRefused() {
    assertThat(rendered("insecure: [a]\ninsecure: [b]\n"))
        .contains("2 | insecure: [b]")
        .contains("this key stands twice");
  }

  @Test
  void thePersonsFileComesOverNothingAndTheNamedOneAlone() throws IOException {
    Path own = directory.resolve(".config/skiff/config.yaml");
    Files.createDirectories(own.getParent());
    Files.writeString(own, "insecure: [own]");
    assertThat(ConfigFile.load(Map.of("HOME", directory.toString())).insecure()).contains("own");
    Path named = Files.writeString(directory.resolve("named.yaml"), "insecure: [named]");
    Map<String, String> environment =
        Map.of("HOME", directory.toString(), "SKIFF_CONFIG", named.toString());
    assertThat(ConfigFile.load(environment).insecure()).containsExactly("named");
  }

  @Test
  void aPersonsMirrorsReplaceTheSitesForTheSameRegistry() {
    SkiffConfig site = ConfigFile.parse("s", "mirrors: {a: [https://s], b: [https://s]}");
    SkiffConfig own = ConfigFile.parse("o", "mirrors: {a: [https://o]}\ninsecure: [x]");
    SkiffConfig both = own.over(site);
    assertThat(both.mirrorsOf("a")).containsExactly(URI.create("https://o"));
    assertThat(both.mirrorsOf("b")).containsExactly(URI.create("https://s"));
    assertThat(both.isInsecure("x")).isTrue();
  }

  @Test
  void aFileThatIsNamedButNotThereIsAProblem() {
    Map<String, String> environment = Map.of("SKIFF_CONFIG", "/nowhere/config.yaml");
    assertThat(
            catchThrowableOfType(ProblemException.class, () -> ConfigFile.load(environment))
                .problem()
                .what())
        .isEqualTo("cannot read the configuration '/nowhere/config.yaml'");
  }
}
