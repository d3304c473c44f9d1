package dev.skiff.builder;

import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.assemble.OpenPermissions;
import dev.skiff.builder.assemble.SandboxAssembly;
import dev.skiff.builder.assemble.SifAssembly;
import dev.skiff.builder.base.BaseUnpacker;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlan.StagePlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Steps;
import dev.skiff.builder.root.ElfArchitecture;
import dev.skiff.builder.root.ImageArchitecture;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.step.StageRunner;
import dev.skiff.builder.step.StageState;
import dev.skiff.builder.step.StepSettings;
import dev.skiff.image.sif.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Carries out a plan, step after step, each stage in a root directory of its own.
final class BuildRunner {

  private final Setting setting;
  private final BaseUnpacker bases;
  private final BuildListener listener;

  /// What a run is given.
  record Setting(
      StepSettings steps, ImageOptions image, WorkingDirectory where, BuildRequest request) {}

  BuildRunner(Setting setting, BaseUnpacker bases, BuildListener listener) {
    this.setting = setting;
    this.bases = bases;
    this.listener = listener;
  }

  /// Makes the target, and gives how many bytes its files have; 0 for a sandbox.
  long run(BuildPlan plan, Path target) throws IOException {
    Steps steps = new Steps(plan.size(), listener);
    StageRunner runner = new StageRunner(plan.definition(), setting.steps(), bases, listener);
    List<StageState> stages = new ArrayList<>();
    try {
      for (StagePlan stage : plan.stages()) {
        boolean last = stages.size() == plan.stages().size() - 1;
        StageState state = new StageState(root(plan.target(), target, last));
        stages.add(state);
        for (BuildStep step : stage.steps()) {
          List<StageState> earlier = stages.subList(0, stages.size() - 1);
          steps.run(BuildPlanText.title(step), () -> runner.carryOut(step, state, earlier));
          if (last && step instanceof BuildStep.UnpackBase) {
            requireArchitecture(state); // before scripts run in vain
          }
        }
      }
      long[] bytes = {0};
      steps.run(
          BuildPlanText.title(plan.target()),
          () -> bytes[0] = assemble(plan, target, stages.getLast()));
      return bytes[0];
    } finally {
      for (StageState stage : stages) {
        stage.root().close();
      }
    }
  }

  private RootFilesystem root(Target target, Path path, boolean last) throws IOException {
    RootFilesystem.Cleanup cleanup = setting.request().workspace().cleanup();
    return last && target.existing() == Target.Existing.UPDATE
        ? RootFilesystem.inPlace(path, setting.where(), cleanup)
        : RootFilesystem.create(setting.where(), cleanup);
  }

  private void requireArchitecture(StageState stage) throws IOException {
    Architecture _ =
        ImageArchitecture.of(setting.image().architecture(), ElfArchitecture.of(stage.paths()));
  }

  private long assemble(BuildPlan plan, Path target, StageState stage) throws IOException {
    if (setting.request().image().permissions() == BuildRequest.Permissions.OPEN_TO_OWNER) {
      OpenPermissions.apply(stage.root().directory());
    }
    return switch (plan.target().form()) {
      case SIF ->
          new SifAssembly(
                  target, plan.definition(), stage.config(), stage.layers(), setting.image())
              .write(stage.root(), setting.steps().ids(), listener);
      case SANDBOX -> {
        requireArchitecture(stage); // of a SIF its assembly does
        if (plan.target().existing() != Target.Existing.UPDATE) {
          new SandboxAssembly(target).settle(stage.root(), setting.steps().ids());
        }
        yield 0;
      }
      case OCI_LAYOUT, OCI_ARCHIVE, DOCKER_ARCHIVE, REGISTRY, DAEMON ->
          throw new IllegalArgumentException("the root was not made of layers");
    };
  }
}
