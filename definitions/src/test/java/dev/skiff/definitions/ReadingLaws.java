package dev.skiff.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.finding.Severity;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.definitions.template.BuildArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What holds for every file, whatever its bytes.
final class ReadingLaws {

  private static final BuildArguments ARGUMENTS =
      new BuildArguments(
          Map.of("A", "value", "B", "{{ A }} {{ C }}", "C", "two\nlines"),
          BuildArguments.Unused.WARN,
          List.of());

  private ReadingLaws() {}

  static void check(byte[] bytes) {
    Reading reading = DefinitionReader.read("any.def", bytes, ARGUMENTS);
    for (Finding finding : reading.findings()) {
      assertThat(finding.render()).startsWith(finding.severity().word() + ": ").endsWith("\n");
      assertThat(finding.code()).matches("[a-z0-9]+(-[a-z0-9]+)*");
    }
    switch (reading) {
      case Reading.Accepted(var definition, var _) -> check(definition, bytes);
      case Reading.Rejected(var findings) ->
          assertThat(findings).anyMatch(finding -> finding.severity() == Severity.ERROR);
    }
  }

  private static void check(DefinitionFile definition, byte[] bytes) {
    List<String> before = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Stage stage : definition.stages()) {
      assertThat(stage.bootstrap()).isNotNull();
      text.append(stage.text());
      for (Section.Files files : stage.sections().files()) {
        files.fromStage().ifPresent(name -> assertThat(before).contains(name));
      }
      before.add(stage.name());
      stage.sections().all().forEach(ReadingLaws::checkScript);
      stage.apps().forEach(app -> app.sections().all().forEach(ReadingLaws::checkScript));
    }
    assertThat(definition.text()).endsWith(text);
    if (!definition.text().equals(new String(bytes, definition.encoding()))) {
      return; // something was filled in, or a byte order mark skipped
    }
    assertThat(definition.bytes(definition.text())).isEqualTo(bytes);
  }

  private static void checkScript(Section section) {
    if (section instanceof Section.Script script) {
      assertThat(script.fileText()).startsWith("#!").endsWith("\n");
    }
  }
}
