package dev.skiff.samples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Jobs on a cluster whose nodes give each job the memory that it asked for, and no more.
@Timeout(120)
final class SlurmMemoryIT {

  private static final String TOO_MUCH = "dd if=/dev/zero of=/dev/null bs=400M count=1";

  @Test
  void whoeverRunsOutOfMemoryIsToldSo() {
    HostUser user = HostUser.SINGLE.orSkip();
    assumeTrue(
        Files.isWritable(Path.of("/sys/fs/cgroup/memory/cgroup.procs"))
            && Files.isWritable(Path.of("/sys/fs/cgroup/freezer/cgroup.procs")),
        "this machine has no control groups of version 1 for memory");
    try (SlurmCluster cluster = SlurmCluster.startOrSkip(HostUser.ROOT, "--enforce-memory")) {
      Path work = InstalledSkiff.directoryOf(user);
      Map<String, String> environment = cluster.environment(work);
      String image = BusyboxImage.sif().toString();
      InstalledSkiff.skiff(
              user,
              work,
              environment,
              "submit",
              "--wait",
              "-N",
              "fits",
              "-m",
              "1G",
              image,
              "--",
              "sh",
              "-c",
              TOO_MUCH)
          .ends(0);
      InstalledSkiff.skiff(
              user,
              work,
              environment,
              "submit",
              "--wait",
              "-N",
              "itself",
              "-m",
              "200M",
              image,
              "--",
              "sh",
              "-c",
              "exec " + TOO_MUCH)
          .ends(137)
          .complains("itself OOM: out of memory");
      InstalledSkiff.skiff(
              user,
              work,
              environment,
              "submit",
              "--wait",
              "-N",
              "child",
              "-m",
              "200M",
              image,
              "--",
              "sh",
              "-c",
              TOO_MUCH + "; exit 3")
          .ends(137)
          .complains("child OOM: out of memory");
      InstalledSkiff.skiff(user, work, environment, "explain", "itself")
          .ends(0)
          .printsAmongOthers("it used more memory than it had")
          .printsAmongOthers("ask for more with -m");
    }
  }
}
