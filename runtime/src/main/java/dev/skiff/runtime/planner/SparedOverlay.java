package dev.skiff.runtime.planner;

import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.host.HostFacts.ImageMount;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.MountRequest.Writability;
import dev.skiff.runtime.request.ProcessRequest.Identity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When an image may be the root as it is, without an overlay over all of it: reading through one
/// takes up to half as long again where files are small.
final class SparedOverlay {

  private SparedOverlay() {}

  /// Only an image that nobody can change, whatever is mounted how: a SIF that squashfuse serves.
  /// And only for a payload whose rights no file of the image changes, since that mount says
  /// `nosuid`.
  static boolean isPossible(ExecRequest request, HostFacts host, ImageFacts image) {
    return image.root() instanceof ImageFacts.Squashfs
        && image.files().isEmpty()
        && host.imageMount() == ImageMount.FUSE
        && host.account().uid() != 0
        && request.mounts().writability() == Writability.READ_ONLY
        && request.process().identity() != Identity.ROOT
        && request.process().privileges().isUsual();
  }

  /// Every path of the container at which these steps mount something; none when they make
  /// something besides.
  static List<ContainerPath> points(List<SetupStep> inside) {
    List<ContainerPath> points = new ArrayList<>(inside.size());
    for (SetupStep step : inside) {
      ContainerPath point = point(step);
      if (point != null) {
        points.add(point);
      } else if (!makesNothing(step)) {
        return List.of();
      }
    }
    return points;
  }

  // Not a `switch` over types, nor the next: the JVM would spin a class for it at every start.
  private static @Nullable ContainerPath point(SetupStep step) {
    if (step instanceof SetupStep.Bind it) {
      return it.target();
    } else if (step instanceof SetupStep.BindInside it) {
      return it.target();
    } else if (step instanceof SetupStep.Tmpfs it) {
      return it.target();
    } else if (step instanceof SetupStep.Proc it) {
      return it.target();
    } else if (step instanceof SetupStep.MinimalDev it) {
      return it.target();
    }
    return step instanceof SetupStep.ShowText it && !it.onlyIfPresent() ? it.path() : null;
  }

  private static boolean makesNothing(SetupStep step) {
    return step instanceof SetupStep.ShowText
        || step instanceof SetupStep.AmendAccounts
        || step instanceof SetupStep.MakeHostDirectory;
  }
}
