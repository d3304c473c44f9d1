package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.kernel.Architecture;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.kernel.LinuxKernel;
import dev.skiff.runtime.kernel.RootEmulationFilter;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.setup.ImageServer;
import dev.skiff.runtime.setup.MountLog;
import dev.skiff.runtime.setup.MountedImages;
import dev.skiff.runtime.setup.PlanExecutor;
import dev.skiff.runtime.setup.SetupProblems;
import dev.skiff.runtime.setup.SpawnedServer;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The process inside a child container's namespaces, until it becomes the payload: reads a plan,
/// carries it out, and calls execve(2). Started by `ChildContainer` only.
final class EnterMain {

  private static final int FIRST_OWN_FD = 3;
  private static final String CALLER_PREFIX = "SKIFF_CALLER_";

  private EnterMain() {}

  /// @param args the plan's file, and the file that problems are reported to
  static void main(String[] args) throws IOException {
    Kernel kernel = new LinuxKernel(LinuxKernel.Calls.REAL);
    // Opened now: after the pivot the host's files are out of reach.
    try (FileOutputStream report = new FileOutputStream(args[1])) {
      try {
        ContainerPlan plan = PlanCodec.decode(Files.readAllBytes(Path.of(args[0])));
        enter(kernel, plan, report);
      } catch (ProblemException failure) {
        report(report, failure.problem());
      }
    }
    int _ = kernel.exit(ExitCode.NOT_STARTED.status());
  }

  private static void enter(Kernel kernel, ContainerPlan plan, FileOutputStream report) {
    List<String> environment = environment(System.getenv());
    // Made now: after the pivot, classes that lie in folders can no longer be loaded.
    byte[] emulation = RootEmulationFilter.program(Architecture.host());
    byte[] devices = RootEmulationFilter.devices(Architecture.host());
    ImageServer images = new MountedImages(kernel, new SpawnedServer());
    new PlanExecutor(kernel, images, problem -> report(report, problem), MountLog.NONE, () -> {})
        .carryOut(plan.setup());
    Payload payload = plan.payload();
    int result = kernel.shedJvm(FIRST_OWN_FD);
    if (result >= 0 && payload.filter() != Payload.Filter.NONE) {
      boolean root = payload.filter() == Payload.Filter.EMULATE_ROOT;
      result = kernel.filter(root ? emulation : devices);
    }
    if (result < 0) {
      throw SetupProblems.step("preparing the payload's process", result);
    }
    List<String> words = new ArrayList<>(List.of("sh", "-c", payload.script(), "sh"));
    words.addAll(payload.arguments());
    throw LaunchProblems.noShell(kernel.execute("/bin/sh", words, environment));
  }

  /// The caller's environment, with what the launcher changed for the JVM changed back.
  static List<String> environment(Map<String, String> jvm) {
    List<String> environment = new ArrayList<>();
    jvm.forEach((name, value) -> {
      if (name.startsWith(CALLER_PREFIX)) {
        environment.add(name.substring(CALLER_PREFIX.length()) + "=" + value);
      } else if (!name.equals("LC_ALL")) {
        environment.add(name + "=" + value);
      }
    });
    return environment;
  }

  private static void report(FileOutputStream file, Problem problem) {
    try {
      file.write(PlanCodec.encode(problem));
    } catch (IOException full) {
      throw new IllegalStateException(problem.what(), full);
    }
  }
}
