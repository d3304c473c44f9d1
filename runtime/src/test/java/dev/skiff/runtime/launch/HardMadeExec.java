package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.setup.MountLog;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `exec IMAGE COMMAND...` with a plan made by hand, so that the launcher is tested without the
/// planner.
public final class HardMadeExec {

  private HardMadeExec() {}

  public static void main(String[] args) throws IOException {
    Handover handover = Handover.open();
    try {
      handover.run(
          plan(args),
          leadingWords(args),
          problem -> System.err.print(problem.render("warning")),
          MountLog.NONE);
    } catch (ProblemException failure) {
      System.err.print(failure.problem().render());
      handover.end(failure.exitCode().status());
    }
    handover.leave();
  }

  static int leadingWords(String[] args) {
    int i = 1;
    while (args[i].startsWith("-")) {
      i++;
    }
    return i + 1;
  }

  static ContainerPlan plan(String[] args) throws IOException {
    Path image = Path.of(args[leadingWords(args) - 1]).toAbsolutePath();
    Path session = Path.of("/mnt");
    Path root = session.resolve("root");
    List<SetupStep> steps = new ArrayList<>();
    steps.add(new SetupStep.IsolateMounts());
    steps.add(new SetupStep.SessionDirectory(session, 64 << 20));
    Path lower = session.resolve("image");
    if (new File(image.toString()).isDirectory()) {
      lower = image;
    } else {
      steps.add(
          new SetupStep.MountImage(
              image, partition(image), 0, SetupStep.MountImage.Means.FUSE, lower));
    }
    steps.add(
        new SetupStep.MountOverlay(
            List.of(lower), session.resolve("upper"), session.resolve("work"), root));
    for (String path :
        new String[] {
          "/dev", "/proc", "/sys", "/etc/hosts", "/etc/localtime", "/tmp", "/var/tmp", "/home"
        }) {
      steps.add(
          new SetupStep.Bind(
              Path.of(path),
              new ContainerPath(path),
              SetupStep.Access.READ_WRITE,
              SetupStep.Missing.SKIP,
              "default"));
    }
    steps.add(
        new SetupStep.ShowText(
            new ContainerPath("/etc/passwd"),
            "root:x:0:0:root:/root:/bin/sh\nme:x:1001:1001::/:/bin/sh\n",
            true));
    if (args[1].startsWith("-C")) {
      steps.add(new SetupStep.Proc(new ContainerPath("/proc")));
      steps.add(new SetupStep.MinimalDev(new ContainerPath("/dev"), List.of()));
    }
    steps.add(new SetupStep.SealRoot());
    steps.add(new SetupStep.EnterRoot(root));
    String script =
        "PATH=/usr/local/bin:/usr/bin:/bin\nexport PATH\n[ -z \"$HERE\" ] || cd \"$HERE\"\nexec \"$@\"";
    return new ContainerPlan(
        steps, Isolation.MOUNTS_ONLY, new Payload(script, List.of(), Payload.Filter.NONE));
  }

  /// The offset of the first squashfs super block at a 4096 boundary.
  static long partition(Path image) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toString(), "r")) {
      byte[] magic = new byte[4];
      for (long at = 4096; at < 1 << 20; at += 4096) {
        file.seek(at);
        file.readFully(magic);
        if (magic[0] == 'h' && magic[1] == 's' && magic[2] == 'q' && magic[3] == 's') {
          return at;
        }
      }
    }
    throw new IOException("no squashfs in " + image);
  }
}
