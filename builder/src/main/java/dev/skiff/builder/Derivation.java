package dev.skiff.builder;

import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.assemble.SifAssembly;
import dev.skiff.builder.base.LocalImages;
import dev.skiff.builder.base.UnpackedImage;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Steps;
import dev.skiff.builder.root.ElfArchitecture;
import dev.skiff.builder.root.ImageArchitecture;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.builder.root.TreeFiles;
import dev.skiff.builder.step.StageRunner;
import dev.skiff.builder.step.StageState;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.ocisif.OpenedRoot;
import dev.skiff.image.sif.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A plan that needs no root directory: files and metadata are added to the tree of an image file,
/// and what the image had is copied as it is compressed. Owners are those of the image, whoever
/// builds.
///
/// @param runner carries out the steps, as it does in a directory
/// @param platform of the image, where the file has several
record Derivation(
    StageRunner runner, Platform platform, ImageOptions options, BuildListener listener) {

  /// Whether a plan is that: one stage on an image file, and no step that runs anything.
  static boolean isEnough(BuildPlan plan, BuildRequest request) {
    if (plan.stages().size() != 1
        || plan.targets().size() != 1
        || plan.target().form() != Target.Form.SIF
        || request.image().permissions() != BuildRequest.Permissions.AS_THEY_ARE) {
      return false;
    }
    List<BuildStep> steps = plan.stages().getFirst().steps();
    return steps.getFirst() instanceof BuildStep.UnpackBase(Base base)
        && LocalImages.isFile(base)
        && steps.stream().noneMatch(Derivation::needsDirectory);
  }

  private static boolean needsDirectory(BuildStep step) {
    return switch (step) {
      case BuildStep.RunOnHost _,
          BuildStep.RunPost _,
          BuildStep.RunTest _,
          BuildStep.CopyFromStage _ ->
          true;
      case BuildStep.UnpackBase _,
          BuildStep.LaySkeleton _,
          BuildStep.LayApp _,
          BuildStep.CopyFromHost _,
          BuildStep.WriteMetadata _ ->
          false;
    };
  }

  /// Makes the file, and gives how many bytes its files have.
  long run(BuildPlan plan, Path target) throws IOException {
    List<BuildStep> planned = plan.stages().getFirst().steps();
    if (!(planned.getFirst() instanceof BuildStep.UnpackBase(Base.LocalImage(Path file, var _)))) {
      throw new IllegalArgumentException("not a derivation");
    }
    try (OpenedRoot image = LocalImages.open(file, platform)) {
      return run(plan, target, file, image);
    } catch (MalformedImageException e) {
      throw LocalImages.unusable(file, e);
    }
  }

  private long run(BuildPlan plan, Path target, Path file, OpenedRoot image) throws IOException {
    List<BuildStep> planned = plan.stages().getFirst().steps();
    LocalImages.noteTime(image, options.time());
    Steps steps = new Steps(plan.size(), listener);
    List<Opened> opened = new ArrayList<>();
    steps.run(
        BuildPlanText.title(planned.getFirst()),
        () ->
            opened.add(
                new Opened(
                    LocalImages.origin(file, image, listener),
                    new TreeFiles(image.files().tree()))));
    TreeFiles files = opened.getFirst().files();
    RootPaths paths = files.paths();
    requireArchitecture(paths);
    StageState stage = StageState.ofImage(paths, opened.getFirst().origin());
    for (BuildStep step : planned.subList(1, planned.size())) {
      steps.run(BuildPlanText.title(step), () -> runner.carryOut(step, stage, List.of()));
    }
    FileOrigin origin = FileOrigin.of(file, opened.getFirst().origin(), listener);
    long[] bytes = {0};
    steps.run(
        BuildPlanText.title(plan.target()),
        () ->
            bytes[0] =
                new SifAssembly(
                        target, plan.definition(), origin.config(), origin.layers(), options)
                    .write(files.tree(options.time().seconds()), paths, listener));
    return bytes[0];
  }

  /// What the first step gives.
  private record Opened(Optional<UnpackedImage> origin, TreeFiles files) {}

  private void requireArchitecture(RootPaths paths) throws IOException {
    Architecture _ = ImageArchitecture.of(options.architecture(), ElfArchitecture.of(paths));
  }
}
