package dev.skiff.samples;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Jobs on a cluster whose nodes give each job the memory that it asked for, and no more.
@Timeout(120)
final class SlurmMemoryIT {

  private static final String TOO_MUCH = "dd if=/dev/zero of=/dev/null bs=400M count=1";

  @RegisterExtension static final SlurmUser USER = new SlurmUser(HostUser.ROOT, "--enforce-memory");

  private static Outcome run(String name, String memory, String line) {
    String image = BusyboxImage.sif().toString();
    return USER.type("submit", "--wait", "-N", name, "-m", memory, image, "--", "sh", "-c", line);
  }

  @Test
  void whoeverRunsOutOfMemoryIsToldSo() {
    run("fits", "1G", TOO_MUCH).ends(0);
    run("itself", "200M", "exec " + TOO_MUCH).ends(137).complains("itself OOM: out of memory");
    run("child", "200M", TOO_MUCH + "; exit 3").ends(137).complains("child OOM: out of memory");
    USER.type("explain", "itself")
        .ends(0)
        .printsAmongOthers("it used more memory than it had")
        .printsAmongOthers("ask for more with -m");
  }
}
