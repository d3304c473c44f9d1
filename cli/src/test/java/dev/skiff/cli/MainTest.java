package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.cli.output.Terminal;
import dev.skiff.cli.output.Terminal.Kind;
import dev.skiff.cli.output.Terminal.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Command lines that need no container: what they print, where, and what they end with.
final class MainTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory = Path.of("");

  private int skiff(String... words) {
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Kind.PLAIN,
            Verbosity.NORMAL);
    return Main.run(words, terminal);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String file(String text) throws IOException {
    return Files.writeString(directory.resolve("x.def"), text).toString();
  }

  @Test
  void nothingTypedIsWrongUsageAndShowsTheCommands() {
    assertThat(skiff()).isEqualTo(2);
    assertThat(out()).contains("build", "pull", "exec", "run", "shell", "test", "def", "doctor");
  }

  @Test
  void aMistypedCommandIsNamedAndTheOneMeantToo() {
    assertThat(skiff("exex", "x.sif", "true")).isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            """
            error: cannot do 'skiff exex'
              why: skiff has no command 'exex'
              fix: write skiff exec, or see skiff --help
            """);
  }

  @Test
  void aMistypedCommandOfAGroupIsNamedToo() {
    assertThat(skiff("sif", "lst", "x.sif")).isEqualTo(2);
    assertThat(err()).contains("skiff sif has no command 'lst'", "write skiff sif list,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build",
        "pull",
        "inspect",
        "run-help",
        "submit",
        "ps",
        "logs",
        "wait",
        "cancel",
        "def",
        "doctor",
        "version",
        "exec",
        "run",
        "shell",
        "test"
      })
  void everyCommandHasHelpWithAnExampleOrADescription(String command) {
    assertThat(skiff(command, "--help")).isZero();
    assertThat(out()).contains("Usage: skiff " + command);
    assertThat(err()).isEmpty();
  }

  @Test
  void anUnknownCommandIsAProblemWithoutATrace() {
    assertThat(skiff("nonsense")).isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            """
            error: cannot do 'skiff nonsense'
              why: skiff has no command 'nonsense'
              fix: see skiff --help
            """);
  }

  @Test
  void anUnknownOptionOfBuildIsNamed() {
    assertThat(skiff("build", "--nonsense", "x.sif", "x.def")).isEqualTo(2);
    assertThat(err()).startsWith("error: cannot do 'skiff build'").contains("--nonsense");
  }

  @Test
  void anUnknownOptionOfExecIsNamedWithoutAContainer() {
    assertThat(skiff("exec", "--nonsense", "x.sif", "true")).isEqualTo(2);
    assertThat(err()).startsWith("error: ").contains("--nonsense");
  }

  @Test
  void aSoundDefinitionHasNoFindings() throws IOException {
    String file = file("Bootstrap: docker\nFrom: debian:12.11\n");
    assertThat(skiff("def", "check", file)).isZero();
    assertThat(err()).isEqualTo(file + ": 0 errors, 0 warnings\n");
  }

  @Test
  void allFindingsAreReportedAtOnce() throws IOException {
    String file = file("Bootstrap: docker\nFoo: x\nFrom: debian:12\n%nope\n");
    assertThat(skiff("def", "check", file)).isEqualTo(1);
    assertThat(err())
        .contains("invalid header keyword found: foo")
        .contains(file + ":2:1")
        .contains("invalid section(s) specified: nope")
        .contains(file + ":4:1")
        .endsWith(": 2 errors, 0 warnings\n");
  }

  @Test
  void findingsAreJsonOnStandardOutput() throws IOException {
    String file = file("Bootstrap: docker\nFoo: x\nFrom: debian:12\n");
    assertThat(skiff("def", "check", "--json", file)).isEqualTo(1);
    assertThat(err()).isEmpty();
    assertThat(out())
        .contains("\"code\" : \"unknown-header-key\"")
        .contains("\"line\" : 2")
        .contains("\"severity\" : \"error\"");
  }

  @Test
  void showFillsInTheArguments() throws IOException {
    String file = file("Bootstrap: docker\nFrom: debian:{{ V }}\n");
    assertThat(skiff("def", "show", "--build-arg", "V=12.11", file)).isZero();
    assertThat(out()).isEqualTo("Bootstrap: docker\nFrom: debian:12.11\n");
  }

  @Test
  void aDefinitionThatIsNotThereIsAProblem() {
    assertThat(skiff("def", "check", directory.resolve("absent.def").toString())).isEqualTo(1);
    assertThat(err()).startsWith("error: ").contains("absent.def").doesNotContain("Exception");
  }

  @Test
  void pullWantsATransport() {
    assertThat(skiff("pull", "foo")).isEqualTo(1);
    assertThat(err()).contains("No transport type URI supplied");
  }

  @Test
  void theDryRunOfABuildPrintsStepsAndMakesNothing() throws IOException {
    String file = file("Bootstrap: scratch\n%post\n  true\n");
    String target = directory.resolve("x.sif").toString();
    assertThat(skiff("build", "--dry-run", target, file)).isZero();
    assertThat(out()).contains("%post").contains("x.sif");
    assertThat(Path.of(target)).doesNotExist();
  }

  @Test
  void aWrongCompressionIsExplained() throws IOException {
    String file = file("Bootstrap: scratch\n");
    assertThat(skiff("build", "--compression", "zstd:99", "x.sif", file)).isEqualTo(2);
    assertThat(err()).contains("cannot compress with 'zstd:99'").contains("its levels are 1 to 22");
  }

  @Test
  void aSandboxIsInspected() throws IOException {
    Path meta = Files.createDirectories(directory.resolve("box/.singularity.d"));
    Files.writeString(
        meta.resolve("labels.json"), "{\"a\":\"\u001b[1mbold\"}".replace("\u001b", "\\u001b"));
    Files.writeString(meta.resolve("runscript.help"), "Help.\n");
    String box = directory.resolve("box").toString();
    assertThat(skiff("inspect", box)).isZero();
    assertThat(out()).isEqualTo("a: \u001b[1mbold\n");
    out.reset();
    assertThat(skiff("inspect", "--tree", box)).isZero();
    assertThat(out()).contains("2 files").contains("/.singularity.d/runscript.help");
    out.reset();
    assertThat(skiff("inspect", "--tree=0", "-j", box)).isZero();
    assertThat(out()).contains("\"directories\": []").contains("\"files\": 2");
    out.reset();
    assertThat(skiff("run-help", box)).isZero();
    assertThat(out()).isEqualTo("Help.\n");
    out.reset();
    assertThat(skiff("run-help", "--app", "x", box)).isZero();
    assertThat(out()).isEqualTo("No help sections were defined for this image\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void anImageThatCannotBeInspectedIsAProblem() throws IOException {
    String file = file("Bootstrap: scratch\n");
    assertThat(skiff("inspect", file)).isEqualTo(1);
    assertThat(skiff("inspect", "--layers", file)).isEqualTo(1);
    assertThat(skiff("inspect", "--tree", file)).isEqualTo(1);
    assertThat(skiff("run-help", directory.resolve("absent.sif").toString())).isEqualTo(1);
    assertThat(skiff("inspect", "--layers", directory.toString())).isEqualTo(1);
    assertThat(skiff("inspect", "library://x/y")).isEqualTo(1);
    assertThat(err()).contains("no such file", "a sandbox keeps no record").doesNotContain("\tat ");
    assertThat(err().split("error: ", -1)).hasSize(7);
  }

  @Test
  void viewsOfAnImageAreLookedAtAlone() {
    assertThat(skiff("inspect", "--layers", "--tree", "x.sif")).isEqualTo(2);
    assertThat(skiff("inspect", "--tree", "--labels", "x.sif")).isEqualTo(2);
    assertThat(skiff("inspect", "--tree=x", "x.sif")).isEqualTo(2);
    assertThat(skiff("inspect", "--tree=-1", "x.sif")).isEqualTo(2);
    assertThat(skiff("inspect")).isEqualTo(2);
  }
}
