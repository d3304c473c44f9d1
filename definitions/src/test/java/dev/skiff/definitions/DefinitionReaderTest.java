package dev.skiff.definitions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.definitions.template.BuildArguments.ArgumentFile;
import dev.skiff.definitions.template.BuildArguments.Unused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class DefinitionReaderTest {

  private static final String HEADER = "Bootstrap: docker\nFrom: debian:12.11\n";

  @TempDir private Path folder;

  @Test
  void bytesThatAreNoUtf8ComeOutOfAScriptAsTheyWentIn() {
    byte[] bytes = (HEADER + "%post\n  echo J\u00F6rg {{ A }}\n").getBytes(ISO_8859_1);
    BuildArguments arguments = BuildArguments.parse(List.of("A=\u00FC"), List.of(), Unused.REFUSE);
    DefinitionFile file = accepted(DefinitionReader.read("x.def", bytes, arguments));
    assertThat(file.bytes(post(file.finalStage()).body()))
        .isEqualTo(
            new byte[] {
              ' ',
              ' ',
              'e',
              'c',
              'h',
              'o',
              ' ',
              'J',
              (byte) 0xF6,
              'r',
              'g',
              ' ',
              (byte) 0xC3,
              (byte) 0xBC,
              '\n'
            });
  }

  @Test
  void utf8StaysUtf8() {
    byte[] bytes = (HEADER + "%labels\n  author J\u00F6rg \uD83D\uDE80\n").getBytes(UTF_8);
    DefinitionFile file = accepted(DefinitionReader.read("x.def", bytes, BuildArguments.none()));
    assertThat(file.finalStage().sections().labels().getFirst().value())
        .isEqualTo("J\u00F6rg \uD83D\uDE80");
    assertThat(file.bytes(file.text())).isEqualTo(bytes);
  }

  @Test
  void aScriptWithoutShebangIsStoredForSh() {
    Stage stage = stage("%runscript -e\n  echo a\n\n  echo b\n");
    assertThat(script(stage, ScriptKind.RUNSCRIPT).fileText())
        .isEqualTo("#!/bin/sh -e\n\n  echo a\n\n  echo b\n\n");
  }

  @Test
  void aScriptsOwnShebangComesFirst() {
    Stage stage = stage("%test -u\n#!/bin/busybox sh\ntrue\n");
    assertThat(script(stage, ScriptKind.TEST).fileText())
        .isEqualTo("#!/bin/busybox sh -u\n\ntrue\n\n");
  }

  @Test
  void anIndentedShebangIsOneToo() {
    Stage stage = stage("%runscript\n    #!/bin/bash\n    echo ${a[0]}\n");
    assertThat(script(stage, ScriptKind.RUNSCRIPT).fileText())
        .isEqualTo("#!/bin/bash\n\n    echo ${a[0]}\n\n");
  }

  @Test
  void aScriptThatIsOnlyAShebangIsStillAScript() {
    Stage stage = stage("%test\n#!/bin/true");
    assertThat(script(stage, ScriptKind.TEST).fileText()).isEqualTo("#!/bin/true\n\n\n");
  }

  @Test
  void labelLinesOfAScriptFollowTheRuleOfTheSection() {
    assertThat(Section.Labels.parse("# no\n a  b c \n\nalone\na last\n"))
        .isEqualTo(Map.of("a", "last", "alone", ""));
  }

  @Test
  void anOptionWinsOverAFileAndAFileOverTheDefault() {
    String text = HEADER + "%arguments\nA=1\nB=1\nC=1\n%post\n{{ A }}{{ B }}{{ C }}\n";
    BuildArguments arguments =
        BuildArguments.parse(
            List.of("A=3"), List.of(new ArgumentFile("f", "A=2\nB=2\n")), Unused.REFUSE);
    assertThat(post(accepted(DefinitionReader.read("x", text, arguments)).finalStage()).body())
        .isEqualTo("321\n");
  }

  @Test
  void aFileIsReadFromDisk() throws IOException {
    Path file = Files.writeString(folder.resolve("Singularity"), HEADER);
    Path values = Files.writeString(folder.resolve("values"), "A=1\n");
    BuildArguments arguments = BuildArguments.read(List.of(), List.of(values), Unused.WARN);
    Reading reading = DefinitionReader.read(file, arguments);
    assertThat(reading.findings())
        .extracting(Finding::code)
        .containsExactly("unused-build-arguments");
    assertThat(accepted(reading).fileName()).isEqualTo(file.toString());
  }

  @Test
  void whatCannotBeReadIsAProblem() {
    assertThatThrownBy(() -> DefinitionReader.read(folder, BuildArguments.none()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("it is a directory");
    assertThatThrownBy(
            () -> BuildArguments.read(List.of(), List.of(folder.resolve("nope")), Unused.REFUSE))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("no such file");
  }

  /// Each of these would take hours if any step took time by the square of the length.
  @Test
  @Timeout(180) // seconds; some five on an idle machine
  void hostileFilesOfTheGreatestSizeAreReadInSeconds() {
    String line = HEADER.replace('\n', ' ');
    for (String text :
        List.of(
            HEADER + "%post\n" + "{{ X }}".repeat(2_000_000),
            HEADER + "%post\n" + "{{ A }}".repeat(2_000_000),
            HEADER + "%post\n" + ("x".repeat(160) + "\n%post\n").repeat(49_000),
            HEADER + "%post\n" + "cat <<EOF\n%post\n".repeat(49_000) + "EOF\n",
            HEADER + "%post\n" + "cat <<E\n".repeat(99_000),
            HEADER + "%files\n" + "a ".repeat(8_000_000),
            HEADER + "%labels\n" + "a b\n".repeat(99_000),
            HEADER + "%arguments\n" + "a{{ b }}=b\n".repeat(99_000),
            "Include: \\\n".repeat(99_000),
            (line + "\n").repeat(99_000),
            "Bootstrap: scratch\nStage: s\n%files from s\na\n".repeat(24_000))) {
      Reading reading =
          DefinitionReader.read(
              "x", text, new BuildArguments(Map.of("A", "b"), Unused.WARN, List.of()));
      assertThat(reading.findings()).hasSizeLessThan(502);
    }
  }

  private static Stage stage(String sections) {
    return accepted(DefinitionReader.read("x.def", HEADER + sections, BuildArguments.none()))
        .finalStage();
  }

  private static Section.Script post(Stage stage) {
    return script(stage, ScriptKind.POST);
  }

  private static Section.Script script(Stage stage, ScriptKind kind) {
    return stage.sections().script(kind).orElseThrow();
  }

  private static DefinitionFile accepted(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Accepted.class);
    return ((Reading.Accepted) reading).definition();
  }
}
