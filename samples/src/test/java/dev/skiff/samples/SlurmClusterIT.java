package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  /// Each has a first job, and both run at once.
  @Test
  void jobsOfTwoClustersOnOneMachineAreNotMixedUp() {
    HostUser user = HostUser.SINGLE.orSkip();
    try (SlurmCluster one = SlurmCluster.startOrSkip(HostUser.ROOT);
        SlurmCluster other = SlurmCluster.startOrSkip(user)) {
      Path work = InstalledSkiff.directoryOf(user);
      for (SlurmCluster cluster : List.of(one, other)) {
        String program = cluster == one ? "sleep" : "sh -c 'cd /mnt; sleep $0'";
        String job =
            cluster.submit(
                user,
                work,
                "%s exec %s %s 600"
                    .formatted(InstalledSkiff.command(), BusyboxImage.sif(), program),
                "-w",
                "n1");
        assertThat(job).isEqualTo("1");
        cluster.await(job, "RUNNING");
        cluster.skiff(user, work, "attach", "1", "--", "true").ends(0);
      }
      one.skiff(user, work, "attach", "1", "--", "pwd").ends(0).prints(work + "\n");
      other.skiff(user, work, "attach", "1", "--", "pwd").ends(0).prints("/mnt\n");
      for (SlurmCluster cluster : List.of(one, other)) {
        assertThat(cluster.skiff(user, work, "top", "1", "-n", "1", "-i", "1").ends(0).out())
            .containsPattern(", [2-4] processes");
      }
    }
  }

  /// Both count from 1: the record of the one says nothing of the other's job.
  @Test
  void jobsOfTwoClustersWithOneHomeAreToldApart() {
    HostUser user = HostUser.SINGLE.orSkip();
    try (SlurmCluster one = SlurmCluster.startOrSkip(HostUser.ROOT, "--name", "one");
        SlurmCluster other = SlurmCluster.startOrSkip(user, "--name", "other")) {
      Path work = InstalledSkiff.directoryOf(user);
      String image = BusyboxImage.sif().toString();
      Map<String, String> atOne = one.environment(work);
      Map<String, String> atOther = other.environment(work);
      InstalledSkiff.skiff(
              user, work, atOne, "submit", "-N", "mine", image, "--", "sh", "-c", "sleep 5; exit 4")
          .ends(0);
      assertThat(other.submit(user, work, "sleep 600")).isEqualTo("1");
      InstalledSkiff.skiff(user, work, atOther, "cancel", "mine")
          .ends(1)
          .complains("it is a job of the cluster 'one', and this is 'other'");
      InstalledSkiff.skiff(user, work, atOther, "attach", "mine")
          .ends(1)
          .complains("cluster 'one'");
      InstalledSkiff.skiff(user, work, atOther, "ps")
          .ends(0)
          .printsAmongOthers("it is on the cluster 'one'");
      InstalledSkiff.skiff(user, work, atOther, "wait", "mine").ends(4);
      InstalledSkiff.skiff(user, work, atOther, "cancel", "1").ends(0).complains("slurm:1");
      other.await("1", "CANCELLED");
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
