package dev.skiff.samples;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The cluster that the other tests stand on: jobs run in it, with GPUs, for whom it should.
class SlurmClusterIT {

  @Test
  void rootsClusterRunsTheJobsOfOtherUsersAsThem() {
    HostUser user = HostUser.RANGE.orSkip();
    try (SlurmCluster cluster = SlurmCluster.startOrSkip(HostUser.ROOT)) {
      Path work = InstalledSkiff.directoryOf(user);
      String line = "id -un; echo gpus=$CUDA_VISIBLE_DEVICES";
      cluster
          .as(user, work, "srun", "-p", "short", "--gres=gpu:a40:2", "sh", "-c", line)
          .ends(0)
          .prints("skiffsub\ngpus=0,1\n");
      cluster.await(cluster.submit(user, work, "exit 0"), "COMPLETED");
    }
  }

  @Test
  void anOrdinaryUserMayHaveOneToo() {
    HostUser user = HostUser.SINGLE.orSkip();
    try (SlurmCluster cluster = SlurmCluster.startOrSkip(user, "--min-job-age", "2")) {
      Path work = InstalledSkiff.directoryOf(user);
      cluster.as(user, work, "srun", "--gres=gpu:2", "id", "-un").ends(0).prints("skiffnosub\n");
    }
  }
}
