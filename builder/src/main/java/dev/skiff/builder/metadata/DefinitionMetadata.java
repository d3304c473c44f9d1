package dev.skiff.builder.metadata;

import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.runtime.plan.ContainerPath;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// The files that the sections of a definition become, apart from labels.
public final class DefinitionMetadata {

  private DefinitionMetadata() {}

  /// The entries, in the order they are written. A section that is missing or not chosen leaves
  /// what the base image had.
  ///
  /// @param chosen whether a section, named without its `%`, is to be carried out
  public static List<ImageEntry> entries(
      DefinitionFile definition, Stage stage, Predicate<String> chosen) {
    List<ImageEntry> entries = new ArrayList<>();
    if (chosen.test("help")) {
      stage
          .sections()
          .help()
          .map(help -> ImageEntry.text(Skeleton.HELP, help.text(), definition.encoding()))
          .ifPresent(entries::add);
    }
    entries.add(ImageEntry.text(Skeleton.DEFINITION, definition.text(), definition.encoding()));
    if (chosen.test("environment")) {
      stage
          .sections()
          .script(ScriptKind.ENVIRONMENT)
          .map(section -> environment(section.body(), definition))
          .ifPresent(entries::add);
    }
    for (ScriptKind kind : List.of(ScriptKind.STARTSCRIPT, ScriptKind.RUNSCRIPT, ScriptKind.TEST)) {
      if (chosen.test(kind.word())) {
        stage
            .sections()
            .script(kind)
            .map(Section.Script::fileText)
            .map(text -> stored(kind, text, definition))
            .ifPresent(entries::add);
      }
    }
    for (App app : stage.apps()) {
      entries.addAll(AppTree.files(app, definition.encoding()));
    }
    if (!stage.apps().isEmpty()) {
      entries.add(AppTree.exports(stage.apps()));
    }
    return List.copyOf(entries);
  }

  private static ImageEntry stored(ScriptKind kind, String text, DefinitionFile definition) {
    return ImageEntry.script("/.singularity.d/" + kind.word(), text, definition.encoding());
  }

  private static ImageEntry environment(String body, DefinitionFile definition) {
    return new TextFile(
        new ContainerPath(Skeleton.ENVIRONMENT),
        body + "\n",
        definition.encoding(),
        0755,
        WhenPresent.APPEND);
  }
}
