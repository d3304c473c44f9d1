package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What an ordinary user sees of a real cluster that root runs.
class LookIT {

  private static final HostUser USER = HostUser.SINGLE;

  private static SlurmCluster cluster;
  private static Path work;

  @BeforeAll
  static void start() {
    USER.orSkip();
    cluster = SlurmCluster.startOrSkip(HostUser.ROOT);
    work = InstalledSkiff.directoryOf(USER);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void nodesShowsWhatIsFree() {
    String job = cluster.submit(USER, work, "sleep 100", "-p", "long", "--gres=gpu:a40:1", "-c2");
    cluster.await(job, "RUNNING");
    cluster
        .skiff(USER, work, "nodes")
        .ends(0)
        .printsAmongOthers("debug*     2 of 2 a100")
        .printsAmongOthers("n2    partly used  1 of 2 a40, 1 of 1 2080_ti  2 of 4")
        .printsAmongOthers("jobs may be stopped for others");
    cluster
        .skiff(USER, work, "nodes", "--json", "-q", "long")
        .ends(0)
        .printsAmongOthers("\"longestSeconds\" : 172800");
    cluster
        .skiff(USER, work, "nodes", "-q", "nosuch")
        .ends(1)
        .complains("take one of: debug, short, long, overcap");
    cluster.as(USER, work, "scancel", job).ends(0);
  }

  @Test
  void explainSaysWhyAJobWaitsAndWhatItsUserCanDo() {
    String job = cluster.submit(USER, work, "sleep 1", "-t", "10:00:00");
    cluster.await(job, "PENDING");
    cluster.awaitReason(job, "PartitionTimeLimit");
    Outcome told = cluster.skiff(USER, work, "explain", job).ends(0);
    told.printsAmongOthers("it asks for 10 h; 'debug' runs a job for 30 min at most");
    told.printsAmongOthers("when: never, as it is");
    String remedy = "scontrol update JobId=%s Partition=long".formatted(job);
    told.printsAmongOthers(remedy);
    cluster.as(USER, work, remedy.split(" ", -1)).ends(0);
    cluster.await(job, "COMPLETED");
    cluster.skiff(USER, work, "explain", job).ends(0).printsAmongOthers("has ended well");
    cluster.skiff(USER, work, "explain", "4242").ends(1).complains("Slurm knows no job 4242");
    cluster.skiff(USER, work, "explain", "no-such").ends(1).complains("cannot find the job");
  }

  @Test
  void aSchedulerThatIsNotThereIsSaidInWords() {
    Map<String, String> elsewhere = Map.of("SLURM_CONF", work + "/none.conf");
    InstalledSkiff.skiff(USER, work, elsewhere, "nodes")
        .ends(69)
        .complains("cannot look at the cluster");
  }

  @Test
  void attachEntersTheContainerAndTopMeasuresIt() throws IOException {
    Path image = BusyboxImage.sif();
    String line =
        "%s exec --nv %s sh -c 'cd /mnt; while :; do :; done'"
            .formatted(InstalledSkiff.command(), image);
    String job = cluster.submit(USER, work, line, "-p", "short", "--gres=gpu:a100:2");
    cluster.await(job, "RUNNING");
    Outcome inside =
        cluster.skiff(
            USER,
            work,
            "attach",
            job,
            "--",
            "sh",
            "-c",
            "pwd; echo $FOO $CUDA_VISIBLE_DEVICES; id -un; exit 7");
    inside.ends(7).prints("/mnt\nbar 0,1\nskiffnosub\n");
    cluster
        .skiff(USER, work, "attach", job, "no-such-program")
        .ends(127)
        .complains("cannot run 'no-such-program' in the container");
    cluster
        .as(USER, work, withDriver(), "", List.of(skiff(), "top", job, "-n", "2", "-i", "1"))
        .ends(0)
        .printsAmongOthers("of 1 CPUs, ")
        .printsAmongOthers("GPU 1   70 %  2.0 GB of 40.0 GB  ▅▅▅  NVIDIA A100");
    cluster
        .skiff(USER, work, "top", job, "--json", "-n", "1", "-i", "1")
        .ends(0)
        .printsAmongOthers("\"gpus\":[]");
    Outcome left =
        cluster.as(USER, work, "timeout", "-s", "INT", "10", skiff(), "top", job, "-i", "1");
    left.ends(124).printsAmongOthers("of 1 CPUs, ");
    assertThat(left.err()).isEmpty();
    cluster.awaitNoStep(job);
    cluster
        .skiff(HostUser.RANGE, work, "attach", job)
        .ends(77)
        .complains("it belongs to 'skiffnosub'");
    cluster.as(USER, work, "scancel", job).ends(0);
    cluster.skiff(USER, work, "attach", job).ends(1).complains("it does not run");
  }

  private static String skiff() {
    return InstalledSkiff.command().toString();
  }

  /// A driver's program that knows three GPUs, of which the job has the first two.
  private static Map<String, String> withDriver() throws IOException {
    Path folder = Files.createDirectory(work.resolve("driver"));
    Path program = folder.resolve("nvidia-smi");
    Files.writeString(
        program,
        """
        #!/bin/sh
        echo '0, GPU-aaaa, 0, 1024, 40960, NVIDIA A100'
        echo '1, GPU-bbbb, 70, 2048, 40960, NVIDIA A100'
        echo '2, GPU-cccc, 99, 2048, 40960, NVIDIA A100 of somebody else'
        """);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Map.of("PATH", folder + ":/usr/bin:/bin");
  }
}
