package dev.skiff.runtime.planner;

import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.FileSystem;
import dev.skiff.runtime.plan.SetupStep.Missing;
import dev.skiff.runtime.plan.SetupStep.MountImage.Means;
import dev.skiff.runtime.planner.Volumes.Bound;
import dev.skiff.runtime.planner.Volumes.DirectoryOverlay;
import dev.skiff.runtime.planner.Volumes.Overlay;
import dev.skiff.runtime.planner.Volumes.Volume;
import dev.skiff.runtime.planner.Volumes.VolumeOverlay;
import dev.skiff.runtime.request.BindSpec;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.MountRequest.Writability;
import dev.skiff.runtime.request.ProcessRequest.Identity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What lies over the image and what binds are taken from, each at a place of its own in the
/// session: overlays first, numbered from 0.
final class VolumePlan {

  private static final String UPPER = "upper";
  private static final String WORK = "work";

  private final List<Overlay> overlays = new ArrayList<>();
  private final List<Bound> bound;
  private final List<Volume> sources = new ArrayList<>();
  private final Means means;
  private final SetupStep.Owner owner;
  private final int ofImage;
  private final int writable;

  /// @throws dev.skiff.definitions.problem.ProblemException if changes would have two places to go
  VolumePlan(ExecRequest request, HostFacts host, ImageFacts image, Volumes volumes) {
    Writability writability = request.mounts().writability();
    Volume own = writability == Writability.IMAGE ? lastWritable(image) : null;
    for (Volume volume : image.overlays()) {
      boolean written = volume.equals(own);
      overlays.add(new VolumeOverlay(volume, written ? Access.READ_WRITE : Access.READ_ONLY));
    }
    this.ofImage = overlays.size();
    overlays.addAll(volumes.overlays());
    this.means =
        switch (host.imageMount()) {
          case LOOP -> Means.LOOP;
          case FUSE, NONE -> Means.FUSE;
        };
    this.bound = new ArrayList<>(volumes.bound().size());
    for (Bound one : volumes.bound()) {
      boolean written = one.access() == Access.READ_WRITE && means == Means.LOOP;
      bound.add(new Bound(one.volume(), written ? Access.READ_WRITE : Access.READ_ONLY));
      if (!sources.contains(one.volume())) {
        sources.add(one.volume());
      }
    }
    this.owner = owner(request, host);
    this.writable = findWritable();
    if (writable >= 0 && request.mounts().memoryAsked()) {
      throw PlannerProblems.twoPlacesForChanges(
          "--writable-tmpfs and " + name(overlays.get(writable)));
    }
  }

  /// Whose the files of a volume are.
  static SetupStep.Owner owner(ExecRequest request, HostFacts host) {
    return request.process().identity() == Identity.ROOT
        ? new SetupStep.Owner(0, 0)
        : new SetupStep.Owner(host.account().uid(), host.account().gid());
  }

  private static @Nullable Volume lastWritable(ImageFacts image) {
    Volume last = null;
    for (Volume volume : image.overlays()) {
      last = volume.fileSystem() == FileSystem.EXT3 ? volume : last;
    }
    return last;
  }

  private int findWritable() {
    int found = -1;
    for (int i = 0; i < overlays.size(); i++) {
      if (overlays.get(i).access() == Access.READ_WRITE) {
        if (found >= 0) {
          throw PlannerProblems.twoPlacesForChanges(
              name(overlays.get(found)) + " and " + name(overlays.get(i)));
        }
        found = i;
      }
    }
    return found;
  }

  private static String name(Overlay overlay) {
    return "--overlay "
        + switch (overlay) {
          case DirectoryOverlay it -> it.directory();
          case VolumeOverlay it -> it.volume().file();
        };
  }

  /// Whether nothing lies over the image.
  boolean none() {
    return overlays.isEmpty();
  }

  /// Whether changes are kept in one of the overlays.
  boolean keepsChanges() {
    return writable >= 0;
  }

  /// The host's files that are read.
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Overlay overlay : overlays) {
      files.add(
          switch (overlay) {
            case DirectoryOverlay it -> it.directory();
            case VolumeOverlay it -> it.volume().file();
          });
    }
    for (Volume source : sources) {
      files.add(source.file());
    }
    return files;
  }

  /// Makes all of them visible in the session.
  List<SetupStep> steps(SessionLayout session) {
    List<SetupStep> steps = new ArrayList<>();
    for (int i = 0; i < overlays.size(); i++) {
      Path target = session.volume(i);
      steps.add(
          switch (overlays.get(i)) {
            case DirectoryOverlay it -> new SetupStep.MountDirectory(it.directory(), target);
            case VolumeOverlay it -> mount(it.volume(), it.access(), missing(i, it), target);
          });
    }
    for (int i = 0; i < sources.size(); i++) {
      Path target = session.volume(overlays.size() + i);
      steps.add(mount(sources.get(i), access(sources.get(i)), Missing.FAIL, target));
    }
    return steps;
  }

  private Access access(Volume volume) {
    return bound.contains(new Bound(volume, Access.READ_WRITE))
        ? Access.READ_WRITE
        : Access.READ_ONLY;
  }

  /// Nobody asked for an overlay that is part of the image and only read.
  private Missing missing(int number, VolumeOverlay overlay) {
    return number < ofImage && overlay.access() == Access.READ_ONLY ? Missing.WARN : Missing.FAIL;
  }

  private SetupStep mount(Volume volume, Access access, Missing missing, Path target) {
    return new SetupStep.MountVolume(
        volume.file(),
        volume.offsetBytes(),
        volume.sizeBytes(),
        volume.fileSystem(),
        access,
        means,
        owner,
        missing,
        target);
  }

  /// The overlay of everything over the image's tree; changes go to the session unless an overlay
  /// keeps them.
  SetupStep.MountOverlay overlay(SessionLayout session, Path image) {
    List<Path> lower = new ArrayList<>();
    for (int i = overlays.size() - 1; i >= 0; i--) {
      if (i != writable) {
        lower.add(lower(overlays.get(i), session.volume(i)));
      }
    }
    lower.add(image);
    return writable < 0
        ? new SetupStep.MountOverlay(lower, session.upper(), session.work(), session.root())
        : new SetupStep.MountOverlay(
            lower,
            session.volume(writable).resolve(UPPER),
            session.volume(writable).resolve(WORK),
            session.root());
  }

  private static Path lower(Overlay overlay, Path shown) {
    boolean inUpper =
        switch (overlay) {
          case DirectoryOverlay it -> it.hasUpper();
          case VolumeOverlay it -> it.volume().fileSystem() == FileSystem.EXT3;
        };
    return inUpper ? shown.resolve(UPPER) : shown;
  }

  /// The step of a bind out of an image file.
  ///
  /// @param number which of these it is, from 0
  SetupStep bind(BindSpec bind, BindSpec.ImagePlace place, int number) {
    Bound from = bound.get(number);
    boolean readOnly = bind.access() == Access.READ_ONLY || from.access() == Access.READ_ONLY;
    String path = place.path().startsWith("/") ? place.path() : "/" + place.path();
    return new SetupStep.BindInside(
        Path.of(SessionLayout.volumeName(overlays.size() + sources.indexOf(from.volume()))),
        path,
        bind.target(),
        readOnly ? Access.READ_ONLY : Access.READ_WRITE,
        bind.origin());
  }
}
