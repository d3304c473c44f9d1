package dev.skiff.builder;

import dev.skiff.builder.BuildSummary.Input;
import dev.skiff.builder.Builder.Made;
import dev.skiff.builder.Builder.Work;
import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.assemble.LowerTree;
import dev.skiff.builder.assemble.SandboxAssembly;
import dev.skiff.builder.assemble.SifAssembly;
import dev.skiff.builder.assemble.StreamedAssembly;
import dev.skiff.builder.base.BaseUnpacker;
import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.cache.InputDigests;
import dev.skiff.builder.cache.StepStore;
import dev.skiff.builder.convert.BaseLayers;
import dev.skiff.builder.oci.LayeredTargets;
import dev.skiff.builder.oci.LowerLayers;
import dev.skiff.builder.oci.RunConfig;
import dev.skiff.builder.oci.StageExport;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlan.StagePlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildEvent.Noted;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Steps;
import dev.skiff.builder.reuse.ConversionMemory;
import dev.skiff.builder.root.OverlayMounts;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.RootFilesystem.Cleanup;
import dev.skiff.builder.root.StepRoot;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.stage.BuiltStage;
import dev.skiff.builder.stage.CachePolicy;
import dev.skiff.builder.stage.StageBuild;
import dev.skiff.builder.stage.StageImage;
import dev.skiff.builder.stage.StageSchedule;
import dev.skiff.builder.stage.StageSetting;
import dev.skiff.builder.stage.StageSetting.Rooms;
import dev.skiff.builder.stage.StageVoice;
import dev.skiff.builder.step.Engine;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.oci.layer.TarLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/// Carries out a plan whose steps become layers, and makes the targets of these.
///
/// @param sections which of the definition's count
/// @param memory of conversions, which layers are found again in
record LayeredBuild(
    StageSetting setting,
    LayeredTargets targets,
    ImageOptions options,
    ConversionMemory memory,
    ChosenSections sections,
    BuildListener listener) {

  /// The variable that forbids overlays, for file systems that mount and do not keep them.
  private static final String NO_OVERLAY = "SKIFF_NO_OVERLAY";

  /// Carries the work out if its steps can become layers, and says if they cannot.
  ///
  /// @return empty if they cannot: then nothing was done
  /// @throws ProblemException if they cannot, and a target needs layers
  static Optional<Made> carryOut(
      Work work,
      BaseUnpacker bases,
      WorkingDirectory where,
      ConversionMemory memory,
      BuildListener listener)
      throws IOException {
    boolean wanted =
        work.plan().targets().size() > 1
            || work.plan().target().form().isLayered()
            || work.settings().engine() == Engine.DOCKER;
    if (!canBeLayered(work)) {
      if (wanted) {
        throw BuildProblems.keepsNoLayers(work.plan().target());
      }
      return Optional.empty();
    }
    try (RootFilesystem scratch = RootFilesystem.create(where, Cleanup.REMOVE)) {
      StageSetting setting =
          new StageSetting(
              work.plan().definition(),
              work.settings(),
              bases,
              new Rooms(where, way(work, scratch.scratch(), listener), new ReentrantLock()),
              store(work, scratch.scratch(), listener),
              work.request().workspace().cache(),
              InputDigests.of(work.settings().environment()));
      ChosenSections sections = work.request().scripts().sections();
      LayeredBuild build =
          new LayeredBuild(setting, work.targets(), work.options(), memory, sections, listener);
      return Optional.of(build.runSoundly(work.plan(), work.request().directory()));
    }
  }

  /// A kept layer is found to be damaged when it is read. Then it is gone, and its step runs.
  private Made runSoundly(BuildPlan plan, Path directory) throws IOException {
    try {
      return run(plan, directory);
    } catch (IOException | ProblemException e) {
      if (!setting.store().foundDamage()) {
        throw e;
      }
      listener.on(new Noted("a kept result of a step was damaged: the build begins anew"));
      return run(plan, directory);
    }
  }

  /// Overlays where they can be mounted.
  private static StepRoot.Way way(Work work, Path scratch, BuildListener listener)
      throws IOException {
    boolean unwanted = !work.settings().environment().getOrDefault(NO_OVERLAY, "").isEmpty();
    String refusal = unwanted ? NO_OVERLAY + " is set" : OverlayMounts.real().refusal(scratch);
    if (refusal.isEmpty()) {
      return StepRoot.Way.OVERLAY;
    }
    String told = "what steps change is found by comparing all files, which takes longer: ";
    listener.on(new Noted(told + refusal));
    return StepRoot.Way.COMPARISON;
  }

  /// A root directory that outlives the build, or is there before, is worked on as it is.
  private static boolean canBeLayered(Work work) {
    return work.plan().target().existing() != Target.Existing.UPDATE
        && work.request().workspace().cleanup() == Cleanup.REMOVE
        && work.request().image().permissions() == BuildRequest.Permissions.AS_THEY_ARE;
  }

  /// @param scratch lasts as long as the build
  private static StepStore store(Work work, Path scratch, BuildListener listener) {
    if (work.request().workspace().cache().use() == CachePolicy.Use.NONE) {
      return StepStore.within(scratch);
    }
    StepStore store = StepStore.of(work.settings().environment());
    Optional<String> failure = store.failure();
    if (failure.isPresent()) {
      listener.on(new Warned(BuildProblems.noCache(failure.get())));
      return StepStore.within(scratch);
    }
    return store;
  }

  /// Makes the targets, and tells what the first was made of.
  ///
  /// @param directory where relative targets start
  Made run(BuildPlan plan, Path directory) throws IOException {
    Steps steps = new Steps(plan.size(), listener);
    List<StageBuild> stages = new ArrayList<>();
    try {
      BuiltStage last = stages(plan, stages, steps).getLast();
      options.time().become(stages.getLast().time());
      Steps making = steps.part(plan.size() - plan.targets().size(), listener);
      return write(plan, directory, making, new Built(last, stages.getLast()));
    } finally {
      for (StageBuild stage : stages.reversed()) {
        stage.close();
      }
    }
  }

  /// Builds all stages, those at once that need not wait for each other.
  ///
  /// @param builds gets one for each stage, to be closed by the caller
  private List<BuiltStage> stages(BuildPlan plan, List<StageBuild> builds, Steps steps)
      throws IOException {
    StageSchedule schedule = StageSchedule.of(plan.stages());
    int most = options.squashfs().threads();
    List<Steps> numbered = new ArrayList<>();
    int before = 0;
    for (StagePlan stage : plan.stages()) {
      BuildListener told =
          most > 1 && schedule.isParallel()
              ? new StageVoice(nameOf(stage, builds.size()), listener)
              : listener;
      builds.add(new StageBuild(setting, builds, told));
      numbered.add(steps.part(before, told));
      before += stage.steps().size();
    }
    AtomicReferenceArray<BuiltStage> built = new AtomicReferenceArray<>(builds.size());
    schedule.run(
        most,
        i -> built.set(i, builds.get(i).run(plan.stages().get(i), numbered.get(i))),
        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly));
    return IntStream.range(0, builds.size()).mapToObj(built::get).toList();
  }

  private static String nameOf(StagePlan stage, int number) {
    return stage.name().isEmpty() ? "stage " + (number + 1) : stage.name();
  }

  /// The stage that targets are made of.
  private record Built(BuiltStage stage, StageBuild build) {}

  private Made write(BuildPlan plan, Path directory, Steps steps, Built last) throws IOException {
    List<Made> made = new ArrayList<>();
    try (BaseLayers lower = new BaseLayers(setting.bases(), setting.store(), listener)) {
      for (Target target : plan.targets()) {
        Output output = new Output(target, directory.resolve(target.path()), lower);
        steps.run(BuildPlanText.title(target), () -> made.add(write(plan, output, last)));
      }
    }
    return made.getFirst();
  }

  /// @param path the target's own, absolute
  /// @param lower the base's layers
  private record Output(Target target, Path path, BaseLayers lower) {}

  private Made write(BuildPlan plan, Output output, Built last) throws IOException {
    return switch (output.target().form()) {
      case SIF -> sif(plan, output.path(), last.stage(), last.build());
      case SANDBOX -> {
        sandbox(output.path(), last.stage());
        yield new Made(Input.LAYERS, 0);
      }
      case OCI_LAYOUT, OCI_ARCHIVE, DOCKER_ARCHIVE, REGISTRY, DAEMON -> {
        targets.write(
            image(plan, last, output.lower().of(last.stage().base())),
            output.target(),
            output.path(),
            options.time().seconds());
        yield new Made(Input.LAYERS, 0);
      }
    };
  }

  private ImageContent image(BuildPlan plan, Built last, LowerLayers lower) throws IOException {
    StageBuild build = last.build();
    RunConfig run = RunConfig.of(plan.definition().finalStage(), sections, build.texts(), lower);
    return new StageExport(
            setting.store(),
            options.time().value(),
            setting.steps().version(),
            build.rootAttributes())
        .image(last.stage(), lower, run);
  }

  private List<TarLayer> layers(BuiltStage stage) {
    return stage.layers().stream().map(layer -> setting.store().open(layer.blob())).toList();
  }

  private Made sif(BuildPlan plan, Path target, BuiltStage stage, StageBuild build)
      throws IOException {
    StageImage image = StageImage.of(stage, setting.store());
    StreamedAssembly assembly =
        stage.base() instanceof OpenedBase.ImageFile file
            ? onFile(plan, target, file, build)
            : ofLayers(plan, target, stage, build);
    return new Made(Input.LAYERS, assembly.write(image, image.image(), listener));
  }

  private StreamedAssembly onFile(
      BuildPlan plan, Path target, OpenedBase.ImageFile file, StageBuild build) throws IOException {
    FileOrigin origin = FileOrigin.of(file.path(), file.origin(), listener);
    LowerTree lower =
        new LowerTree(file.key(), Files.size(file.path()), file.opened().files()::tree);
    return StreamedAssembly.onFile(
        new SifAssembly(target, plan.definition(), origin.config(), Optional.empty(), options),
        build.texts(),
        lower,
        origin.layers(),
        memory);
  }

  private StreamedAssembly ofLayers(BuildPlan plan, Path target, BuiltStage stage, StageBuild build)
      throws IOException {
    Optional<OciImage> base = stage.base().image();
    Optional<ImageConfig> config = base.map(OciImage::config);
    return StreamedAssembly.ofLayers(
        new SifAssembly(target, plan.definition(), config, Optional.empty(), options),
        build.texts(),
        base,
        memory);
  }

  private void sandbox(Path target, BuiltStage stage) throws IOException {
    try (RootFilesystem root =
        RootFilesystem.create(setting.rooms().where(), RootFilesystem.Cleanup.REMOVE)) {
      setting.bases().fill(stage.base(), root, layers(stage));
      new SandboxAssembly(target).settle(root, setting.steps().ids());
    }
  }
}
