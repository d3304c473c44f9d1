package dev.skiff.builder.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.skiff.builder.metadata.DefinitionMetadata;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.builder.metadata.Labels;
import dev.skiff.builder.metadata.OciScripts;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.EntryWriter;
import dev.skiff.builder.root.RootFiles;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.builder.root.RootTexts;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes what an image says about itself.
final class MetadataSteps {

  private static final String HISTORY = "/.singularity.d/bootstrap_history";

  private final DefinitionFile definition;
  private final StepSettings settings;
  private final BuildListener listener;

  MetadataSteps(DefinitionFile definition, StepSettings settings, BuildListener listener) {
    this.definition = definition;
    this.settings = settings;
    this.listener = listener;
  }

  void skeleton(StageState stage) throws IOException {
    RootPaths paths = stage.paths();
    RootFiles files = paths.files();
    files.setPermissions(paths.root(), files.permissions(paths.root()) | 0700);
    keepHistory(paths);
    EntryWriter writer = new EntryWriter(paths);
    boolean inherited = stage.origin() == StageState.Origin.SINGULARITY;
    writer.write(Skeleton.entries(inherited ? WhenPresent.KEEP : WhenPresent.REPLACE));
    if (stage.config().isPresent()) {
      writer.write(OciScripts.entries(stage.config().get()));
      OciScripts.environment(stage.config().get().env())
          .skippedNames()
          .forEach(name -> listener.on(new Warned(StepProblems.variableSkipped(name))));
    }
    writer.write(Skeleton.buildFiles());
  }

  /// The definitions of the images this one is made from, the oldest with number 0.
  private static void keepHistory(RootPaths paths) throws IOException {
    Path parent = paths.follow(Path.of(Skeleton.DEFINITION));
    if (!paths.files().isFile(parent)) {
      return;
    }
    Path directory = paths.makeDirectories(Path.of(HISTORY));
    int number = 0;
    while (paths.files().exists(directory.resolve("Apptainer" + number))) {
      number++;
    }
    paths.files().move(parent, directory.resolve("Apptainer" + number));
  }

  void metadata(Stage section, ChosenSections chosen, StageState stage) throws IOException {
    RootPaths paths = stage.paths();
    ImageTexts texts = new RootTexts(paths);
    EntryWriter writer = new EntryWriter(paths);
    writer.write(DefinitionMetadata.entries(definition, section, chosen::includes));
    Labels labels = labels(section, chosen, stage, texts);
    writer.write(List.of(ImageEntry.text(Skeleton.LABELS, labels.json())));
    labels.refused().forEach(key -> listener.on(new Warned(StepProblems.labelKept(key))));
    RootFiles files = paths.files();
    files.delete(paths.locate(Path.of(Skeleton.BUILD_LABELS)));
    Path variables = paths.locate(Path.of(Skeleton.BUILD_ENVIRONMENT));
    if (files.isFile(variables) && files.sizeBytes(variables) == 0) {
      files.delete(variables);
    }
  }

  private Labels labels(Stage section, ChosenSections chosen, StageState stage, ImageTexts texts)
      throws IOException {
    String programs = stage.programs();
    String architecture =
        stage
            .config()
            .map(config -> config.platform().architecture())
            .filter(name -> !name.isEmpty())
            .or(settings::architecture)
            .orElse(programs);
    StageLabels wanted = new StageLabels(section, chosen, texts, settings);
    return wanted.above(inherited(wanted), architecture, settings.collision());
  }

  private Labels inherited(StageLabels wanted) throws IOException {
    try {
      return wanted.inherited();
    } catch (JsonProcessingException e) {
      listener.on(new Warned(StepProblems.labelsUnreadable(e.getOriginalMessage())));
      return Labels.of(Map.of());
    }
  }
}
