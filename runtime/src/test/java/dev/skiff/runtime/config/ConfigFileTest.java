package dev.skiff.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.Given.Layer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

  private static final Path FILE = Path.of("skiff.yaml");
  private static final Map<String, String> ENVIRONMENT = Map.of("HOME", "/home/u", "USER", "u");

  private static Map<Setting, Given> parse(Path file, String text) {
    return ConfigFile.parse(file, Layer.USER, ENVIRONMENT, text);
  }

  private static String rendered(String text) {
    return catchThrowableOfType(ProblemException.class, () -> parse(FILE, text)).problem().render();
  }

  @Test
  void mirrorsKeepTheirOrder() {
    Map<Setting, Given> settings =
        parse(
            FILE,
            """
            mirrors:
              nvcr.io: [http://127.0.0.1:5000, mirror.lab/nvidia]
              docker.io:
                - https://cache.lab
            insecure: ["registry.lab:5000"]
            """);
    assertThat(settings.get(Setting.MIRRORS))
        .isEqualTo(
            new Given(
                new SettingValue.Table(
                    Map.of(
                        "nvcr.io",
                        List.of("http://127.0.0.1:5000", "https://mirror.lab/nvidia"),
                        "docker.io",
                        List.of("https://cache.lab"))),
                Layer.USER,
                "skiff.yaml:1"));
    assertThat(settings)
        .containsEntry(
            Setting.INSECURE,
            new Given(
                new SettingValue.Words(List.of("registry.lab:5000")), Layer.USER, "skiff.yaml:5"));
    assertThat(parse(FILE, "# nothing\n")).isEmpty();
  }

  @Test
  void pathsAreFilledInAndCountFromTheFile() {
    Map<Setting, Given> settings =
        parse(
            Path.of("/etc/skiff/skiff.yaml"),
            """
            cachedir: /scratch/${USER}/x
            tmpdir: ~/tmp
            auth-file: auth.json
            ca-files: {a: certs/a.pem}
            """);
    assertThat(settings.values().stream().map(given -> given.value().text()))
        .containsExactly(
            "/scratch/u/x", "/home/u/tmp", "/etc/skiff/auth.json", "{a: [/etc/skiff/certs/a.pem]}");
  }

  @Test
  void aSettingThatDoesNotExistIsShownWhereItStands() {
    assertThat(rendered("insecure: []\nmirors:\n  a: [b]\n"))
        .isEqualTo(
            """
            error: cannot use the configuration 'skiff.yaml'
              --> skiff.yaml:2:1
              2 | mirors:
                | ^
              why: there is no setting 'mirors'
              fix: write 'mirrors'
            """);
    assertThat(rendered("gibberish: 1\n")).contains("skiff config list");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mirrors: [a]|mirrors is no map of KEY: VALUE",
        "mirrors: {a: b}|mirrors of a is no list",
        "mirrors: {a: [[b]]}|an entry of mirrors of a is no single word",
        "mirrors: {a: ['ftp://b']}|it is no address of the form",
        "mirrors: {a: ['http://u:p@b']}|without user and password",
        "mirrors: {'a b': [c]}|'a b': it is no HOST or HOST:PORT",
        "insecure: yes|insecure is no list",
        "insecure: [https://a]|it is no HOST or HOST:PORT",
        "compression: brotli|compression 'brotli': there is no such compression",
        "compression: [zstd]|compression is no single word",
        "block-size: 100K|block-size '100K': it is no power of two from 4K to 1M",
        "processors: many|processors 'many': it is no number from 1 to 9999",
        "parallel-downloads: 17|it is no number from 1 to 16",
        "disable-cache: perhaps|it is neither true nor false",
        "cachedir:|it is empty",
        "cachedir: $NOWHERE/x|the variable NOWHERE is not set",
        "just text|the file is no map",
        "a: [|expected",
        "x: !!javax.script.ScriptEngineManager [a]|Global tag is not allowed",
        "insecure: [[[[[[[[[[[[a]]]]]]]]]]]]|Nesting Depth",
      })
  void whatMeansNothingIsExplained(String text, String why) {
    assertThat(rendered(text)).contains(why);
  }

  @Test
  void aliasesDoNotMakeAFileGrow() {
    StringBuilder bomb = new StringBuilder("mirrors:\n  a0: &x0 [b, b]\n");
    for (int i = 1; i < 20; i++) {
      bomb.append("  a%d: &x%d [*x%d, *x%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(rendered(bomb.toString()))
        .contains("cannot use the configuration 'skiff.yaml'")
        .contains("an alias stands for a list or a table", "write it out in every place");
  }

  @Test
  void aWordOfTheSameStemIsTakenForTheSetting() {
    assertThat(ConfigProblems.nearest("retry")).isEqualTo("write 'retries'");
    assertThat(ConfigProblems.nearest("parallel")).isEqualTo("write 'parallel-downloads'");
    assertThat(ConfigProblems.nearest("recipes")).contains("skiff config list");
  }

  @Test
  void aSettingThatStandsTwiceIsRefused() {
    assertThat(rendered("insecure: [a]\ninsecure: [b]\n"))
        .contains("2 | insecure: [b]")
        .contains("this key stands twice");
  }

  @Test
  void everyDeclaredExampleIsAccepted() {
    assertThat(Setting.ALL)
        .allSatisfy(setting ->
            assertThat(parse(FILE, "%s: %s\n".formatted(setting.name(), setting.type().example())))
                .containsOnlyKeys(setting));
    assertThat(Setting.ALL).extracting(Setting::name).doesNotHaveDuplicates();
  }
}
