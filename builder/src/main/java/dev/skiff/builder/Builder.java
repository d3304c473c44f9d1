package dev.skiff.builder;

import dev.skiff.builder.BuildRequest.Format;
import dev.skiff.builder.BuildRequest.Reproduction;
import dev.skiff.builder.BuildSummary.Input;
import dev.skiff.builder.BuildSummary.SifFile;
import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.assemble.ReplacedDirectory;
import dev.skiff.builder.base.BaseUnpacker;
import dev.skiff.builder.base.LocalImages;
import dev.skiff.builder.base.OciImages;
import dev.skiff.builder.base.Registries;
import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.oci.LayeredTargets;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.Bases;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanner;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.plan.SifAddress;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.Uploads;
import dev.skiff.builder.reuse.ConversionCache;
import dev.skiff.builder.reuse.ConversionMemory;
import dev.skiff.builder.reuse.Reuse;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.step.Engine;
import dev.skiff.builder.step.StageRunner;
import dev.skiff.builder.step.StepSettings;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.builder.time.ImageTime.Origin;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.OciLayoutWriter;
import dev.skiff.image.ocisif.OpenedRoot;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes images. The process must be root, of the machine or of a user namespace, unless the plan
/// needs no root directory: an OCI image becomes a SIF, or files are added to a SIF.
public final class Builder {

  private final Registries registries;
  private final Uploads uploads;
  private final BuildListener listener;

  /// @param uploads asked only for targets in registries
  /// @param listener told of all that happens, one call at a time
  public Builder(Registries registries, Uploads uploads, BuildListener listener) {
    this.registries = registries;
    this.uploads = uploads;
    this.listener = BuildListener.oneAtATime(listener);
  }

  /// What a build would do; changes nothing.
  ///
  /// @throws ProblemException if it could not begin
  public BuildPlan plan(BuildRequest request) {
    if (request.scripts().engine() == Engine.DOCKER && !request.scripts().mounts().isEmpty()) {
      throw BuildProblems.engineMountsNothing();
    }
    List<Target> targets = new ArrayList<>();
    for (Target target : request.targets()) {
      targets.add(checked(target, request));
    }
    Bases bases = new Bases(request.directory(), request.environment());
    return new BuildPlanner(request.scripts().sections(), request.scripts().tests(), bases)
        .plan(request.definition(), targets);
  }

  private static Target checked(Target target, BuildRequest request) {
    Target.Existing existing = target.existing();
    if (existing == Target.Existing.UPDATE
        && (target.form() != Target.Form.SANDBOX || request.targets().size() > 1)) {
      throw BuildProblems.updateNeedsSandbox(target);
    }
    if (!target.form().isOnDisk()) {
      LayeredTargets.check(target, request.environment());
      return target;
    }
    return checkedOnDisk(target, request.directory().resolve(target.path()));
  }

  private static Target checkedOnDisk(Target target, Path path) {
    Target.Existing existing = target.existing();
    boolean exists = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    boolean takesMore = target.form() == Target.Form.OCI_LAYOUT && OciLayoutWriter.isLayout(path);
    if (exists && !takesMore && existing == Target.Existing.REFUSE) {
      throw BuildProblems.exists(target.path());
    }
    if (existing == Target.Existing.REPLACE && target.form() != Target.Form.OCI_LAYOUT) {
      ReplacedDirectory.check(path);
    }
    return !exists && existing == Target.Existing.UPDATE
        ? new Target(target.path(), target.form(), Target.Existing.REFUSE)
        : target;
  }

  /// Carries out a plan that `plan` made of the same request.
  ///
  /// @throws ProblemException if it fails; there is no target then, and nothing is left behind
  public BuildSummary build(BuildPlan planned, BuildRequest request) {
    long start = System.nanoTime();
    Path target = request.directory().resolve(planned.target().path());
    LayeredTargets targets =
        new LayeredTargets(uploads, new Daemons(request.environment(), listener), listener);
    for (Target each : planned.targets()) {
      if (each.form().isOnDisk()) {
        requireWritable(request.directory().resolve(each.path()));
      } else {
        targets.requireAllowed(each);
      }
    }
    IdMapping ids = IdMapping.current();
    WorkingDirectory where =
        WorkingDirectory.choose(request.workspace().directory(), request.environment());
    Platform platform = platform(request.image().architecture());
    BuildPlan plan = fetched(planned, platform);
    ImageTime time =
        ImageTime.begin(
            epoch(request.environment()), origin(plan, request), InstantSource.system());
    try {
      ImageOptions options =
          new ImageOptions(
              squashfs(plan, request, platform),
              request.image().architecture().map(name -> platform.architecture()),
              time);
      StepSettings settings = settings(request, ids, options);
      Work work = new Work(plan, request, settings, options, targets);
      Made made = carryOut(work, where, platform, target);
      return summary(work, target, made, Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException e) {
      throw BuildProblems.disk(target, where.directory(), e);
    }
  }

  /// The plan with the files of servers fetched: what they are decides how the rest is done.
  private BuildPlan fetched(BuildPlan plan, Platform platform) {
    return plan.withBases(base ->
        base instanceof Base.ServedSif(SifAddress address)
            ? new Base.LocalImage(registries.sif(address, platform), Optional.of(address.uri()))
            : base);
  }

  /// Where nobody asked for a format, an image that starts from another has the other's: then the
  /// other's blocks can be copied as they are.
  private static SquashfsOptions squashfs(BuildPlan plan, BuildRequest request, Platform platform)
      throws IOException {
    SquashfsOptions asked = request.image().squashfs();
    if (request.image().format() == Format.ASKED) {
      return asked;
    }
    for (BuildStep step : plan.stages().getLast().steps()) {
      if (step instanceof BuildStep.UnpackBase(Base.LocalImage base) && LocalImages.isFile(base)) {
        try (OpenedRoot image = LocalImages.open(base.path(), platform)) {
          return asked.like(image.files().largest());
        }
      }
    }
    return asked;
  }

  /// All that was decided before anything is done.
  record Work(
      BuildPlan plan,
      BuildRequest request,
      StepSettings settings,
      ImageOptions options,
      LayeredTargets targets) {}

  /// What a target was made of.
  record Made(Input input, long bytes) {}

  private Made carryOut(Work work, WorkingDirectory where, Platform platform, Path target)
      throws IOException {
    StepSettings settings = work.settings();
    if (Conversion.isEnough(work.plan())) {
      Conversion conversion =
          new Conversion(
              new OciImages(registries, new Daemons(work.request().environment(), listener), where),
              platform,
              settings,
              work.options(),
              memory(work.request(), work.options()),
              listener);
      return new Made(Input.LAYERS, conversion.run(work.plan(), target));
    }
    BaseUnpacker bases =
        new BaseUnpacker(
            new BaseUnpacker.Settings(
                platform, settings.ids(), settings.environment(), where, settings.time()),
            registries,
            listener);
    if (Derivation.isEnough(work.plan(), work.request())) {
      StageRunner runner = new StageRunner(work.plan().definition(), settings, bases, listener);
      Derivation derivation = new Derivation(runner, platform, work.options(), listener);
      return new Made(Input.FILES, derivation.run(work.plan(), target));
    }
    if (settings.ids() == IdMapping.NONE) {
      throw BuildProblems.notRoot(target);
    }
    Optional<Made> layered =
        LayeredBuild.carryOut(work, bases, where, memory(work.request(), work.options()), listener);
    if (layered.isPresent()) {
      return layered.get();
    }
    BuildRunner.Setting setting =
        new BuildRunner.Setting(settings, work.options(), where, work.request());
    BuildRunner runner = new BuildRunner(setting, bases, listener);
    return new Made(Input.FILES, runner.run(work.plan(), target));
  }

  private static BuildSummary summary(Work work, Path target, Made made, Duration duration)
      throws IOException {
    Optional<SifFile> file =
        work.plan().target().form() == Target.Form.SIF
            ? Optional.of(
                new SifFile(
                    made.input(), made.bytes(), Files.size(target), work.options().squashfs()))
            : Optional.empty();
    return new BuildSummary(work.plan().target(), file, work.options().time().value(), duration);
  }

  /// Files that scripts and package tools write have the time of the day: then the image may, too.
  private static Origin origin(BuildPlan plan, BuildRequest request) {
    boolean scripts =
        plan.stages().stream()
            .flatMap(stage -> stage.steps().stream())
            .anyMatch(Builder::writesWithTheClock);
    return scripts && request.image().reproduction() == Reproduction.WITHOUT_SCRIPTS
        ? Origin.CLOCK
        : Origin.INPUTS;
  }

  private static boolean writesWithTheClock(BuildStep step) {
    return switch (step) {
      case BuildStep.RunOnHost _, BuildStep.RunPost _ -> true;
      case BuildStep.UnpackBase(Base base) ->
          base instanceof Base.Debootstrap
              || base instanceof Base.Packages
              || base instanceof Base.Update;
      case BuildStep.LaySkeleton _,
          BuildStep.LayApp _,
          BuildStep.CopyFromHost _,
          BuildStep.CopyFromStage _,
          BuildStep.WriteMetadata _,
          BuildStep.RunTest _ ->
          false;
    };
  }

  /// Equal input gives equal bytes; what is taken from other conversions lies elsewhere in the
  /// file.
  private static ConversionMemory memory(BuildRequest request, ImageOptions options) {
    boolean same =
        options.time().latest().isPresent()
            || request.image().reproduction() == Reproduction.ALWAYS;
    boolean afresh = same && request.image().reuse() == Reuse.ALLOWED;
    return new ConversionMemory(
        ConversionCache.of(request.environment()),
        afresh ? Reuse.ONLY_REMEMBERED : request.image().reuse());
  }

  private static void requireWritable(Path target) {
    Path parent = target.toAbsolutePath().normalize().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw BuildProblems.noDirectory(target);
    }
    if (!Files.isWritable(parent)) {
      throw BuildProblems.mayNotWrite(target);
    }
  }

  private static StepSettings settings(BuildRequest request, IdMapping ids, ImageOptions options) {
    return new StepSettings(
        request.directory(),
        request.environment(),
        ids,
        request.scripts().trace(),
        request.scripts().mounts(),
        request.scripts().collision(),
        options.time(),
        options.architecture(),
        SkiffVersion.number(),
        request.scripts().engine());
  }

  private static Platform platform(Optional<String> architecture) {
    try {
      Platform platform = architecture.map(Platform::parse).orElseGet(Platform::host);
      if (architecture.isPresent()
          && Architecture.ofGoName(platform.architecture()) == Architecture.UNKNOWN) {
        throw BuildProblems.badArchitecture(architecture.get(), "there is no such architecture");
      }
      return platform;
    } catch (IllegalArgumentException e) {
      throw BuildProblems.badArchitecture(architecture.orElse(""), String.valueOf(e.getMessage()));
    }
  }

  /// The time that the caller wants an image to carry.
  ///
  /// @see <a href="https://reproducible-builds.org/specs/source-date-epoch/">SOURCE_DATE_EPOCH</a>
  static Optional<Instant> epoch(Map<String, String> environment) {
    String text = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("[0-9]{1,11}")) {
      throw BuildProblems.badEpoch(text);
    }
    return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
  }
}
