package dev.skiff.runtime.planner;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.instance.InstanceName;
import dev.skiff.runtime.instance.InstanceRecord;
import dev.skiff.runtime.instance.ProcessMark;
import dev.skiff.runtime.plan.Confinement;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.MountImage.Means;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.MountRequest.Writability;
import dev.skiff.runtime.request.ProcessRequest.Identity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides how a container is set up.
///
/// The order of mounts is part of the behaviour: session, image, overlay, /dev, the configuration's
/// binds, /proc, /sys, home, temporary directories, what the person asked for, GPU, account tables,
/// and last the working directory, unless one of these shows it already.
public final class ContainerPlanner {

  private static final int EXECUTABLE = 0755;

  private ContainerPlanner() {}

  /// The plan for one request. Touches nothing.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException when this host or this image cannot do
  ///   what was asked
  ///
  /// @param named what the request names besides the image
  public static ContainerPlan plan(
      ExecRequest request, HostFacts host, ImageFacts image, Volumes named) {
    List<Problem> notices = new ArrayList<>(host.gpu().notices());
    notices.addAll(named.notices());
    addReadOnlyBinds(notices, host, named);
    VolumePlan volumes = new VolumePlan(request, host, image, named);
    MountPlan mounts = new MountPlan(request, host, volumes);
    List<SetupStep> inside = mounts.steps();
    notices.addAll(mounts.notices());
    List<Path> sources = sources(inside, image, host);
    sources.addAll(volumes.files());
    SessionLayout session = SessionLayout.choose(host.sessionCandidates(), sources);
    List<SetupStep> steps = new ArrayList<>(inside.size() + 8);
    steps.add(new SetupStep.IsolateMounts());
    steps.add(new SetupStep.SessionDirectory(session.directory(), request.mounts().memoryBytes()));
    Path tree = addImage(steps, request, host, image, session);
    steps.addAll(volumes.steps(session));
    if (!tree.equals(session.root())) {
      SetupStep.MountOverlay overlay = volumes.overlay(session, tree);
      boolean spared = SparedOverlay.isPossible(request, host, image) && volumes.none();
      steps.add(spared ? overlay.unlessPresent(SparedOverlay.points(inside)) : overlay);
    }
    addSingles(steps, request, image);
    steps.addAll(inside);
    if (request.mounts().writability() == Writability.READ_ONLY && !volumes.keepsChanges()) {
      steps.add(new SetupStep.SealRoot());
    }
    steps.add(new SetupStep.EnterRoot(session.root()));
    Confinement confinement =
        new ConfinementPlan(request.process().privileges(), host, usualIds(request, host))
            .confinement();
    String script =
        new PayloadScript(request, host, inside(request, image, mounts))
            .text(confinement.ids(), notices);
    return new ContainerPlan(
        steps,
        request.process().isolation(),
        new Payload(script, request.arguments(), Payload.Filter.NONE, confinement),
        notices);
  }

  private static void addSingles(List<SetupStep> steps, ExecRequest request, ImageFacts image) {
    for (ImageFacts.AddedFile file : image.files()) {
      steps.add(new SetupStep.AddFile(file.path(), file.text(), EXECUTABLE));
    }
    if (request.process().hostName().isPresent()) {
      steps.add(new SetupStep.SetHostName(request.process().hostName().get()));
    }
  }

  private static Confinement.Ids usualIds(ExecRequest request, HostFacts host) {
    boolean root = request.process().identity() == Identity.ROOT || host.account().uid() == 0;
    return root
        ? new Confinement.Root()
        : new Confinement.Mapped(host.account().uid(), host.account().gid());
  }

  private static PayloadScript.Inside inside(
      ExecRequest request, ImageFacts image, MountPlan mounts) {
    return new PayloadScript.Inside(
        image.path().toString(),
        image.name(),
        instance(request),
        mounts.home().value(),
        mounts.bindTargets(),
        request.process().identity());
  }

  private static Optional<InstanceName> instance(ExecRequest request) {
    return request.instance().isEmpty()
        ? Optional.empty()
        : Optional.of(request.instance().get().name());
  }

  /// The record of the instance that a plan makes, for whoever goes into it.
  ///
  /// @param process its first process
  /// @param createdSeconds since 1970
  public static InstanceRecord record(
      ExecRequest request,
      HostFacts host,
      ImageFacts image,
      ProcessMark process,
      long createdSeconds) {
    MountPlan mounts =
        new MountPlan(request, host, new VolumePlan(request, host, image, Volumes.NONE));
    boolean root = request.process().identity() == Identity.ROOT || host.account().uid() == 0;
    return new InstanceRecord(
        request.instance().orElseThrow().name(),
        process,
        root ? "" : host.account().uid() + ":" + host.account().gid(),
        image.path().toString(),
        mounts.home().value(),
        mounts.bindTargets(),
        createdSeconds);
  }

  /// Files of an ext3 image can be changed in place by the kernel's own driver only.
  private static void addReadOnlyBinds(List<Problem> notices, HostFacts host, Volumes named) {
    if (host.imageMount() != HostFacts.ImageMount.LOOP) {
      for (Volumes.Bound bound : named.bound()) {
        if (bound.access() == SetupStep.Access.READ_WRITE) {
          notices.add(PlannerProblems.boundReadOnly(bound.volume().file()));
        }
      }
    }
  }

  /// Makes the image's files visible; returns where, the session's root if they are it already.
  private static Path addImage(
      List<SetupStep> steps,
      ExecRequest request,
      HostFacts host,
      ImageFacts image,
      SessionLayout session) {
    boolean writable = request.mounts().writability() == Writability.IMAGE;
    if (image.root() instanceof ImageFacts.Squashfs(Path file, long offset, long size)) {
      if (writable && !hasWritableOverlay(image)) {
        throw PlannerProblems.notWritable(
            image, "no SIF writable overlay partition found in " + image.path());
      }
      steps.add(new SetupStep.MountImage(file, offset, size, means(host), session.image()));
      return session.image();
    }
    if (image.root() instanceof ImageFacts.Ext3 ext3) {
      return addVolume(steps, request, host, ext3, session);
    }
    Path directory = image.root().place();
    if (directory.equals(Path.of("/"))) {
      throw PlannerProblems.rootAsSandbox();
    }
    if (!writable) {
      return directory;
    }
    if (isUnpacked(image.root())) {
      throw PlannerProblems.notWritable(
          image, "it was unpacked into the cache, which other containers use too");
    }
    steps.add(new SetupStep.MountDirectory(directory, session.root()));
    return session.root();
  }

  /// The same for an ext3 file system: changes reach it where the kernel mounts it.
  private static Path addVolume(
      List<SetupStep> steps,
      ExecRequest request,
      HostFacts host,
      ImageFacts.Ext3 image,
      SessionLayout session) {
    boolean writable = request.mounts().writability() == Writability.IMAGE;
    if (writable && means(host) != Means.LOOP) {
      throw PlannerProblems.extNotWritable(image.file());
    }
    Path shown = writable ? session.root() : session.image();
    steps.add(
        new SetupStep.MountVolume(
            image.file(),
            image.offsetBytes(),
            image.sizeBytes(),
            SetupStep.FileSystem.EXT3,
            writable ? SetupStep.Access.READ_WRITE : SetupStep.Access.READ_ONLY,
            means(host),
            VolumePlan.owner(request, host),
            SetupStep.Missing.FAIL,
            session.imageVolume()));
    steps.add(new SetupStep.MountDirectory(session.imageVolume(), shown));
    return shown;
  }

  private static boolean isUnpacked(ImageFacts.Root root) {
    return root instanceof ImageFacts.Tree tree && tree.ownership() == ImageFacts.Ownership.CACHE;
  }

  private static boolean hasWritableOverlay(ImageFacts image) {
    for (Volumes.Volume volume : image.overlays()) {
      if (volume.fileSystem() == SetupStep.FileSystem.EXT3) {
        return true;
      }
    }
    return false;
  }

  private static Means means(HostFacts host) {
    return switch (host.imageMount()) {
      case LOOP -> Means.LOOP;
      case FUSE, NONE -> Means.FUSE; // the launcher unpacks where FUSE is not to be had
    };
  }

  /// Every host path that must stay visible once the session directory is mounted.
  private static List<Path> sources(List<SetupStep> steps, ImageFacts image, HostFacts host) {
    List<Path> sources = new ArrayList<>();
    sources.add(image.path());
    sources.add(image.root().place());
    sources.add(host.physicalDirectory());
    for (SetupStep step : steps) {
      if (step instanceof SetupStep.Bind bind) {
        sources.add(bind.source());
      } else if (step instanceof SetupStep.MakeHostDirectory made) {
        sources.add(made.path());
      }
    }
    return sources;
  }
}
