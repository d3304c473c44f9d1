package dev.skiff.runtime.planner;

import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.script.EnvironmentScript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Shows what was found of a GPU driver.
public final class DriverMounts {

  private DriverMounts() {}

  /// The binds, in an order that does not matter; nothing where nothing was found.
  public static List<SetupStep> of(GpuFindings gpu) {
    List<SetupStep> steps = new ArrayList<>();
    for (Path binary : gpu.binaries()) {
      add(steps, binary, "/usr/bin/" + binary.getFileName());
    }
    for (Path library : gpu.libraries()) {
      add(steps, library, EnvironmentScript.LIBRARIES + "/" + library.getFileName());
    }
    for (Path file : gpu.files()) {
      add(steps, file, file.toString());
    }
    return steps;
  }

  private static void add(List<SetupStep> steps, Path source, String target) {
    steps.add(
        new SetupStep.Bind(
            source,
            new ContainerPath(target),
            SetupStep.Access.READ_ONLY,
            SetupStep.Missing.WARN,
            "--nv"));
  }
}
