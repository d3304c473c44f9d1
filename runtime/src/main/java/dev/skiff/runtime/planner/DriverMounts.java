package dev.skiff.runtime.planner;

import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.gpu.GpuFindings.Link;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep;
import java.util.ArrayList;
import java.util.List;

/// Shows what was found of GPU drivers and devices.
public final class DriverMounts {

  private DriverMounts() {}

  /// The binds and links, in an order that does not matter; nothing where nothing was found.
  public static List<SetupStep> of(GpuFindings gpu) {
    List<SetupStep> steps = new ArrayList<>();
    for (Shown shown : gpu.shown()) {
      steps.add(
          new SetupStep.Bind(
              shown.source(),
              new ContainerPath(shown.target()),
              access(shown.kind()),
              SetupStep.Missing.WARN,
              shown.option()));
    }
    for (Link link : gpu.links()) {
      steps.add(new SetupStep.MakeSymlink(new ContainerPath(link.path()), link.target()));
    }
    return steps;
  }

  /// Sockets take messages also where files do not take changes, but pipes of MPS do not.
  private static SetupStep.Access access(GpuFindings.Kind kind) {
    return switch (kind) {
      case LIBRARY, BINARY, SETTING, FIRMWARE, MOUNT -> SetupStep.Access.READ_ONLY;
      case SOCKET, DEVICE, WRITABLE -> SetupStep.Access.READ_WRITE;
    };
  }
}
