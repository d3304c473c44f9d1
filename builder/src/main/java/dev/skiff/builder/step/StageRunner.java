package dev.skiff.builder.step;

import dev.skiff.builder.base.BaseUnpacker;
import dev.skiff.builder.base.UnpackedImage;
import dev.skiff.builder.copy.FileCopy;
import dev.skiff.builder.metadata.AppTree;
import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.EntryWriter;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;

/// Carries out one step at a time.
public final class StageRunner {

  private final StepSettings settings;
  private final BaseUnpacker bases;
  private final ScriptSteps scripts;
  private final MetadataSteps metadata;

  public StageRunner(
      DefinitionFile definition,
      StepSettings settings,
      BaseUnpacker bases,
      BuildListener listener) {
    this.settings = settings;
    this.bases = bases;
    this.scripts = new ScriptSteps(definition, settings, listener);
    this.metadata = new MetadataSteps(definition, settings, listener);
  }

  /// Changes the stage's root as the step says.
  ///
  /// @param earlier the stages before this one, finished
  /// @throws ProblemException if a script fails, or something named is not there
  /// @throws IOException if the disk fails
  public void carryOut(BuildStep step, StageState stage, List<StageState> earlier)
      throws IOException {
    switch (step) {
      case BuildStep.RunOnHost(Section.Script script) -> scripts.onHost(script, stage.root());
      case BuildStep.UnpackBase(Base base) -> unpack(base, stage);
      case BuildStep.LaySkeleton() -> metadata.skeleton(stage);
      case BuildStep.LayApp(App app) -> app(app, stage);
      case BuildStep.CopyFromHost(Section.Files files) ->
          copy(fromHost(stage), files, StepProblems.Side.HOST, "");
      case BuildStep.CopyFromStage(int number, String _, Section.Files files) ->
          copy(
              FileCopy.fromStage(earlier.get(number).paths(), stage.paths()),
              files,
              StepProblems.Side.STAGE,
              "");
      case BuildStep.RunPost(Optional<Section.Script> post, List<App> apps, var _) ->
          scripts.post(post, apps, stage.root());
      case BuildStep.WriteMetadata(Stage section, ChosenSections chosen) ->
          metadata.metadata(section, chosen, stage);
      case BuildStep.RunTest(Section.Script script) -> scripts.test(script, stage.root());
    }
  }

  /// Whether `--force` decides what the metadata step gives: a label has two values.
  ///
  /// @param texts what the image says before
  public static boolean isForced(
      BuildStep.WriteMetadata step, ImageTexts texts, StepSettings settings) throws IOException {
    return new StageLabels(step.stage(), step.sections(), texts, settings).collide();
  }

  private void unpack(Base base, StageState stage) throws IOException {
    Optional<UnpackedImage> image = bases.unpack(base, stage.root());
    if (image.isPresent()) {
      stage.startedFrom(image.get());
    } else if (base instanceof Base.LocalImage || base instanceof Base.Update) {
      stage.startedFromSingularity();
    }
  }

  private FileCopy fromHost(StageState stage) {
    return FileCopy.fromHost(
        settings.directory(), stage.workplace(), stage.paths(), settings.time()::note);
  }

  private void app(App app, StageState stage) throws IOException {
    RootPaths paths = stage.paths();
    new EntryWriter(paths).write(AppTree.folders(app));
    for (Section.Files files : app.sections().files()) {
      copy(fromHost(stage), files, StepProblems.Side.HOST, "/scif/apps/" + app.name() + "/");
    }
  }

  /// @param within a directory that destinations are relative to; empty means the root, where a
  ///   missing destination is the source's own path
  private static void copy(
      FileCopy copies, Section.Files files, StepProblems.Side side, String within)
      throws IOException {
    for (Section.Copy copy : files.copies()) {
      Optional<String> to =
          within.isEmpty()
              ? copy.destination()
              : Optional.of(within + copy.destination().orElse(""));
      try {
        copies.copy(copy.source(), to);
      } catch (FileSystemException e) {
        String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        throw new ProblemException(StepProblems.copy(copy, e.getFile() + ": " + reason, side));
      }
    }
  }
}
