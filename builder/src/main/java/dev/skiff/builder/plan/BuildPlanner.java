package dev.skiff.builder.plan;

import dev.skiff.builder.plan.BuildPlan.StagePlan;
import dev.skiff.builder.plan.BuildStep.CopyFromHost;
import dev.skiff.builder.plan.BuildStep.CopyFromStage;
import dev.skiff.builder.plan.BuildStep.LayApp;
import dev.skiff.builder.plan.BuildStep.LaySkeleton;
import dev.skiff.builder.plan.BuildStep.RunOnHost;
import dev.skiff.builder.plan.BuildStep.RunPost;
import dev.skiff.builder.plan.BuildStep.RunTest;
import dev.skiff.builder.plan.BuildStep.UnpackBase;
import dev.skiff.builder.plan.BuildStep.WriteMetadata;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides what a build does. Pure: reads no file and no clock.
public final class BuildPlanner {

  /// Whether `%test` is run at the end.
  public enum Tests {
    RUN,
    SKIP
  }

  private final ChosenSections sections;
  private final Tests tests;
  private final Bases bases;

  public BuildPlanner(ChosenSections sections, Tests tests, Bases bases) {
    this.sections = sections;
    this.tests = tests;
    this.bases = bases;
  }

  /// The plan for a definition without errors.
  ///
  /// @throws ProblemException if it wants something that Skiff cannot do, or that is not there
  public BuildPlan plan(DefinitionFile definition, Target target) {
    return plan(definition, List.of(target));
  }

  /// The same for several targets, of which only the first may be updated.
  public BuildPlan plan(DefinitionFile definition, List<Target> targets) {
    Target target = targets.getFirst();
    List<StagePlan> stages = new ArrayList<>();
    for (int i = 0; i < definition.stages().size(); i++) {
      boolean updates =
          i == definition.stages().size() - 1 && target.existing() == Target.Existing.UPDATE;
      Stage stage = definition.stages().get(i);
      Base base = updates ? new Base.Update(target.path()) : bases.of(stage.header());
      stages.add(new StagePlan(stage.name(), steps(definition, i, base)));
    }
    return new BuildPlan(definition, stages, targets);
  }

  /// In the order that definition files rely on.
  private List<BuildStep> steps(DefinitionFile definition, int number, Base base) {
    Stage stage = definition.stages().get(number);
    List<BuildStep> steps = new ArrayList<>();
    script(stage, ScriptKind.PRE).ifPresent(script -> steps.add(new RunOnHost(script)));
    steps.add(new UnpackBase(base));
    steps.add(new LaySkeleton());
    stage.apps().forEach(app -> steps.add(new LayApp(app)));
    if (sections.includes("files")) {
      for (Section.Files files : stage.sections().files()) {
        files.fromStage().ifPresent(name -> steps.add(fromStage(definition, number, name, files)));
      }
    }
    script(stage, ScriptKind.SETUP).ifPresent(script -> steps.add(new RunOnHost(script)));
    if (sections.includes("files")) {
      for (Section.Files files : stage.sections().files()) {
        if (files.fromStage().isEmpty()) {
          steps.add(new CopyFromHost(files));
        }
      }
    }
    steps.addAll(post(stage));
    steps.add(new WriteMetadata(stage, sections));
    if (tests == Tests.RUN) {
      script(stage, ScriptKind.TEST).ifPresent(script -> steps.add(new RunTest(script)));
    }
    return steps;
  }

  private List<BuildStep> post(Stage stage) {
    if (!sections.includes("post")) {
      return List.of();
    }
    Optional<Section.Script> post = script(stage, ScriptKind.POST);
    List<App> installed =
        stage.apps().stream()
            .filter(app -> app.sections().script(ScriptKind.APP_INSTALL).isPresent())
            .toList();
    if (post.isEmpty()) {
      return installed.isEmpty()
          ? List.of()
          : List.of(new RunPost(post, installed, Optional.empty()));
    }
    List<BuildStep> steps = new ArrayList<>();
    List<PostParts.Part> parts = PostParts.of(post.get());
    for (PostParts.Part part : parts) {
      boolean last = steps.size() == parts.size() - 1;
      List<App> apps = last ? installed : List.of();
      steps.add(new RunPost(Optional.of(part.script()), apps, part.name()));
    }
    return steps;
  }

  private Optional<Section.Script> script(Stage stage, ScriptKind kind) {
    return sections.includes(kind.word()) ? stage.sections().script(kind) : Optional.empty();
  }

  private static BuildStep fromStage(
      DefinitionFile definition, int number, String name, Section.Files files) {
    for (int i = 0; i < number; i++) {
      if (definition.stages().get(i).name().equals(name)) {
        return new CopyFromStage(i, name, files);
      }
    }
    throw new ProblemException(PlanProblems.noSuchStage(definition, number, name, files.place()));
  }
}
