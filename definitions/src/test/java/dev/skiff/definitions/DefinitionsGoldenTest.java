package dev.skiff.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Header;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Sections;
import dev.skiff.definitions.syntax.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DefinitionsGoldenTest {

  static List<Path> definitions() throws IOException {
    return Golden.definitions("definitions");
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void aGoodFileIsReadAsItsGoldenFileSays(Path definition) throws IOException {
    Reading reading = Golden.read(definition);
    assertThat(reading).as(reading.toString()).isInstanceOf(Reading.Accepted.class);
    DefinitionFile file = ((Reading.Accepted) reading).definition();
    Golden.compare(Golden.beside(definition, "txt"), dump(file));
  }

  private static String dump(DefinitionFile file) {
    StringBuilder text = new StringBuilder();
    for (Stage stage : file.stages()) {
      text.append("stage '" + stage.name() + "' at " + stage.place().place() + "\n");
      for (Header.Entry entry : stage.header().entries()) {
        text.append("  " + entry.name() + " = " + quoted(entry.value()));
        text.append(" at " + entry.keyPlace().place() + ", " + entry.valuePlace().place() + "\n");
      }
      dump(text, "  ", stage.sections());
      for (App app : stage.apps()) {
        text.append("  app " + app.name() + "\n");
        dump(text, "    ", app.sections());
      }
    }
    return text + "---- resolved text\n" + file.text();
  }

  private static void dump(StringBuilder text, String indent, Sections sections) {
    for (Section section : sections.all()) {
      text.append(indent);
      switch (section) {
        case Section.Script script -> {
          text.append("%" + script.kind().word() + " " + script.interpreter());
          script.bodyPlace().ifPresent(place -> text.append(" body " + place.place()));
          appendBody(text, indent, script.body());
        }
        case Section.Help help -> {
          text.append("help");
          appendBody(text, indent, help.text());
        }
        case Section.Labels labels -> {
          text.append("labels");
          labels
              .labels()
              .forEach(label -> item(text, indent, label.key() + " = " + quoted(label.value())));
        }
        case Section.Files files -> {
          text.append("files from " + files.fromStage().orElse("the host"));
          files
              .copies()
              .forEach(copy -> item(text, indent, copy.source() + " -> " + copy.destination()));
        }
        case Section.Arguments arguments -> {
          text.append("arguments");
          arguments
              .arguments()
              .forEach(each -> item(text, indent, each.name() + " = " + quoted(each.value())));
        }
      }
      text.append("\n" + indent + "  at " + section.place().place() + "\n");
    }
  }

  private static void item(StringBuilder text, String indent, String item) {
    text.append("\n" + indent + "  " + item);
  }

  private static void appendBody(StringBuilder text, String indent, String body) {
    body.lines().forEach(line -> item(text, indent, "|" + line));
  }

  private static String quoted(String value) {
    return "'" + value.replace("\n", "\\n") + "'";
  }
}
