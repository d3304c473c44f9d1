package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `IMAGE FILTER SCRIPT WORDS...`: runs a script as a build step does, with a plan made by hand.
public final class HardMadeStep {

  private HardMadeStep() {}

  public static void main(String[] args) throws Exception {
    System.out.println("mapping " + IdMapping.current());
    Path session = Path.of("/mnt");
    Path root = session.resolve("root");
    List<SetupStep> steps = new ArrayList<>();
    steps.add(new SetupStep.IsolateMounts());
    steps.add(new SetupStep.SessionDirectory(session, 64 << 20));
    Path lower = session.resolve("image");
    long offset = HardMadeExec.partition(Path.of(args[0]));
    steps.add(
        new SetupStep.MountImage(
            Path.of(args[0]),
            offset,
            Path.of(args[0]).toFile().length() - offset,
            SetupStep.MountImage.Means.LOOP,
            lower));
    steps.add(
        new SetupStep.MountOverlay(
            List.of(lower), session.resolve("upper"), session.resolve("work"), root));
    for (String path : new String[] {"/dev", "/sys", "/no/such"}) {
      steps.add(
          new SetupStep.Bind(
              Path.of(path),
              new ContainerPath(path),
              SetupStep.Access.READ_WRITE,
              SetupStep.Missing.WARN,
              "default"));
    }
    steps.add(new SetupStep.Proc(new ContainerPath("/proc")));
    steps.add(new SetupStep.EnterRoot(root));
    ContainerPlan plan =
        new ContainerPlan(
            steps,
            new Isolation(true, false, false, false),
            new Payload(
                args[2],
                Arrays.asList(args).subList(3, args.length),
                Payload.Filter.valueOf(args[1])));
    try {
      int status =
          new ChildContainer(problem -> System.out.print(problem.render("warning")))
              .run(plan, new ChildIo.Lines(line -> System.out.println("> " + line)));
      System.out.println("status " + status);
    } catch (ProblemException failure) {
      System.out.print(failure.problem().render());
    }
  }
}
