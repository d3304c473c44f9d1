package dev.skiff.builder;

import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.base.BaseUnpacker;
import dev.skiff.builder.base.OciImages;
import dev.skiff.builder.base.Registries;
import dev.skiff.builder.plan.Bases;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanner;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.reuse.ConversionCache;
import dev.skiff.builder.reuse.ConversionMemory;
import dev.skiff.builder.reuse.Reuse;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.step.StepSettings;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/// Makes images. The process must be root, of the machine or of a user namespace, unless the plan
/// only converts an OCI image to a SIF.
public final class Builder {

  private static final String VERSION = "0.1.0";

  private final Registries registries;
  private final BuildListener listener;

  /// @param listener told of all that happens, one call at a time
  public Builder(Registries registries, BuildListener listener) {
    this.registries = registries;
    this.listener = BuildListener.oneAtATime(listener);
  }

  /// What a build would do; changes nothing.
  ///
  /// @throws ProblemException if it could not begin
  public BuildPlan plan(BuildRequest request) {
    Target target = request.target();
    if (target.existing() == Target.Existing.UPDATE && target.form() == Target.Form.SIF) {
      throw BuildProblems.updateNeedsSandbox(target);
    }
    boolean exists =
        Files.exists(request.directory().resolve(target.path()), LinkOption.NOFOLLOW_LINKS);
    if (exists && target.existing() == Target.Existing.REFUSE) {
      throw BuildProblems.exists(target.path());
    }
    Target effective =
        !exists && target.existing() == Target.Existing.UPDATE
            ? new Target(target.path(), target.form(), Target.Existing.REFUSE)
            : target;
    Bases bases = new Bases(request.directory(), request.environment().getOrDefault("INCLUDE", ""));
    return new BuildPlanner(request.scripts().sections(), request.scripts().tests(), bases)
        .plan(request.definition(), effective);
  }

  /// Carries out a plan that `plan` made of the same request.
  ///
  /// @throws ProblemException if it fails; there is no target then, and nothing is left behind
  public void build(BuildPlan plan, BuildRequest request) {
    Path target = request.directory().resolve(plan.target().path());
    requireWritable(target);
    IdMapping ids = IdMapping.current();
    WorkingDirectory where =
        WorkingDirectory.choose(request.workspace().directory(), request.environment());
    Platform platform = platform(request.image().architecture());
    Optional<Instant> epoch = epoch(request.environment());
    Instant now = epoch.orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS));
    ImageOptions options =
        new ImageOptions(
            squashfs(request),
            request.image().architecture().map(name -> platform.architecture()),
            now,
            epoch);
    StepSettings settings = settings(request, ids, now);
    try {
      if (Conversion.isEnough(plan)) {
        new Conversion(
                new OciImages(registries, where),
                platform,
                settings,
                options,
                memory(request, epoch),
                listener)
            .run(plan, target);
        return;
      }
      if (ids == IdMapping.NONE) {
        throw BuildProblems.notRoot(target);
      }
      BaseUnpacker.Settings base =
          new BaseUnpacker.Settings(platform, ids, request.environment(), where);
      BaseUnpacker bases = new BaseUnpacker(base, registries, listener);
      new BuildRunner(new BuildRunner.Setting(settings, options, where, request), bases, listener)
          .run(plan, target);
    } catch (IOException e) {
      throw BuildProblems.disk(target, where.directory(), e);
    }
  }

  /// Equal input gives equal bytes where times are fixed, and there alone.
  private static ConversionMemory memory(BuildRequest request, Optional<Instant> epoch) {
    boolean afresh = epoch.isPresent() && request.image().reuse() == Reuse.ALLOWED;
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

  private static StepSettings settings(BuildRequest request, IdMapping ids, Instant now) {
    return new StepSettings(
        request.directory(),
        request.environment(),
        ids,
        request.scripts().trace(),
        request.scripts().mounts(),
        request.scripts().collision(),
        now,
        VERSION);
  }

  private static SquashfsOptions squashfs(BuildRequest request) {
    SquashfsOptions options =
        SquashfsOptions.defaults().withCompression(request.image().compression());
    return request.image().level().map(options::withLevel).orElse(options);
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
