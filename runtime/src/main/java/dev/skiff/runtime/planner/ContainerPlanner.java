package dev.skiff.runtime.planner;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.MountImage.Means;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.MountRequest.Writability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
  public static ContainerPlan plan(ExecRequest request, HostFacts host, ImageFacts image) {
    List<Problem> notices = new ArrayList<>(host.gpu().notices());
    if (image.overlay() == ImageFacts.Overlay.LEFT_OUT) {
      notices.add(PlannerProblems.overlayLeftOut(image));
    }
    MountPlan mounts = new MountPlan(request, host);
    List<SetupStep> inside = mounts.steps();
    SessionLayout session =
        SessionLayout.choose(host.sessionCandidates(), sources(inside, image, host));
    List<SetupStep> steps = new ArrayList<>(inside.size() + 8);
    steps.add(new SetupStep.IsolateMounts());
    steps.add(new SetupStep.SessionDirectory(session.directory(), SessionLayout.SIZE_BYTES));
    addRoot(steps, request, host, image, session);
    for (ImageFacts.AddedFile file : image.files()) {
      steps.add(new SetupStep.AddFile(file.path(), file.text(), EXECUTABLE));
    }
    request.process().hostName().ifPresent(name -> steps.add(new SetupStep.SetHostName(name)));
    steps.addAll(inside);
    if (request.mounts().writability() == Writability.READ_ONLY) {
      steps.add(new SetupStep.SealRoot());
    }
    steps.add(new SetupStep.EnterRoot(session.root()));
    String script = new PayloadScript(request, host, image, mounts).text(notices);
    return new ContainerPlan(
        steps,
        request.process().isolation(),
        new Payload(script, request.arguments(), Payload.Filter.NONE),
        notices);
  }

  private static void addRoot(
      List<SetupStep> steps,
      ExecRequest request,
      HostFacts host,
      ImageFacts image,
      SessionLayout session) {
    boolean writable = request.mounts().writability() == Writability.IMAGE;
    switch (image.root()) {
      case ImageFacts.Squashfs(Path file, long offset, long size) -> {
        if (writable) {
          throw PlannerProblems.notWritable(
              image,
              switch (image.overlay()) {
                case NONE -> "no SIF writable overlay partition found in " + image.path();
                case LEFT_OUT -> "its overlay partition cannot be mounted by Skiff yet";
              });
        }
        steps.add(new SetupStep.MountImage(file, offset, size, means(host), session.image()));
        addOverlay(steps, session.image(), session);
      }
      case ImageFacts.Tree(Path directory, ImageFacts.Ownership ownership) -> {
        if (directory.equals(Path.of("/"))) {
          throw PlannerProblems.rootAsSandbox();
        }
        if (!writable) {
          addOverlay(steps, directory, session);
          return;
        }
        switch (ownership) {
          case SANDBOX -> steps.add(new SetupStep.MountDirectory(directory, session.root()));
          case CACHE ->
              throw PlannerProblems.notWritable(
                  image, "it was unpacked into the cache, which other containers use too");
        }
      }
    }
  }

  private static void addOverlay(List<SetupStep> steps, Path lower, SessionLayout session) {
    steps.add(
        new SetupStep.MountOverlay(
            List.of(lower), session.upper(), session.work(), session.root()));
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
    switch (image.root()) {
      case ImageFacts.Squashfs squashfs -> sources.add(squashfs.file());
      case ImageFacts.Tree tree -> sources.add(tree.directory());
    }
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
