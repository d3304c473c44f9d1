package dev.skiff.builder;

import dev.skiff.builder.BuildSummary.Input;
import dev.skiff.builder.Builder.Made;
import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.assemble.SandboxAssembly;
import dev.skiff.builder.assemble.SifAssembly;
import dev.skiff.builder.assemble.StreamedAssembly;
import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlan.StagePlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Steps;
import dev.skiff.builder.reuse.ConversionMemory;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.TreeFiles;
import dev.skiff.builder.stage.BuiltStage;
import dev.skiff.builder.stage.StageBuild;
import dev.skiff.builder.stage.StageImage;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Carries out a plan whose steps become layers, and makes the target of these.
///
/// @param memory of conversions, which layers are found again in
record LayeredBuild(
    StageBuild.Setting setting,
    ImageOptions options,
    ConversionMemory memory,
    BuildListener listener) {

  /// Makes the target.
  Made run(BuildPlan plan, Path target) throws IOException {
    Steps steps = new Steps(plan.size(), listener);
    List<StageBuild> stages = new ArrayList<>();
    try {
      BuiltStage built = null;
      for (StagePlan stage : plan.stages()) {
        StageBuild build = new StageBuild(setting, stages, listener);
        stages.add(build);
        built = build.run(stage, steps);
      }
      if (built == null) {
        throw new IllegalArgumentException("a plan has stages");
      }
      BuiltStage last = built;
      List<Made> made = new ArrayList<>();
      steps.run(
          BuildPlanText.title(plan.target()),
          () -> made.add(write(plan, target, last, stages.getLast())));
      setting.store().prune();
      return made.getFirst();
    } finally {
      for (StageBuild stage : stages.reversed()) {
        stage.close();
      }
    }
  }

  private Made write(BuildPlan plan, Path target, BuiltStage stage, StageBuild build)
      throws IOException {
    return switch (plan.target().form()) {
      case SIF -> sif(plan, target, stage, build);
      case SANDBOX -> {
        sandbox(target, stage);
        yield new Made(Input.LAYERS, 0);
      }
    };
  }

  private List<TarLayer> layers(BuiltStage stage) {
    return stage.layers().stream().map(layer -> setting.store().open(layer.blob())).toList();
  }

  private Made sif(BuildPlan plan, Path target, BuiltStage stage, StageBuild build)
      throws IOException {
    Optional<OciImage> base = stage.base().image();
    Optional<ImageConfig> config = base.map(OciImage::config);
    SifAssembly sif = new SifAssembly(target, plan.definition(), config, Optional.empty(), options);
    if (stage.base() instanceof OpenedBase.ImageFile file) {
      try (RootFilesystem scratch =
          RootFilesystem.create(setting.where(), RootFilesystem.Cleanup.REMOVE)) {
        Path staging = Files.createDirectory(scratch.scratch().resolve("contents"));
        FileTree tree = file.tree(layers(stage), staging);
        long bytes = sif.write(tree, new TreeFiles(tree).paths(), listener);
        return new Made(Input.FILES, bytes);
      }
    }
    StageImage image = StageImage.of(stage, setting.store());
    StreamedAssembly assembly = StreamedAssembly.ofLayers(sif, build.texts(), base, memory);
    return new Made(Input.LAYERS, assembly.write(image, image.image(), listener));
  }

  private void sandbox(Path target, BuiltStage stage) throws IOException {
    try (RootFilesystem root =
        RootFilesystem.create(setting.where(), RootFilesystem.Cleanup.REMOVE)) {
      setting.bases().fill(stage.base(), root, layers(stage));
      new SandboxAssembly(target).settle(root, setting.steps().ids());
    }
  }
}
