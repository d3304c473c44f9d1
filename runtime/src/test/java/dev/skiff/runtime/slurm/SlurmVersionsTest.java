package dev.skiff.runtime.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.schedule.LiveJobs;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.ClusterText;
import dev.skiff.runtime.slurm.cluster.GpuCount;
import dev.skiff.runtime.slurm.cluster.Partition;
import dev.skiff.runtime.slurm.explain.QueueText;
import dev.skiff.runtime.slurm.explain.QueuedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the commands of several versions printed of the same jobs on the same two nodes: 1 ended, 2
/// failed, 3 was killed, 4 cancelled, 5 runs in one of two partitions, 6 is an array, 7 to 9 wait.
final class SlurmVersionsTest {

  private static final Path RESOURCES = Path.of("src/test/resources/slurm").toAbsolutePath();

  @TempDir private Path bin = Path.of("/");

  private static String text(String version, String file) {
    try {
      return Files.readString(RESOURCES.resolve(version).resolve(file));
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"22.05", "24.11", "26.05"})
  void theClusterIsTheSame(String version) {
    Cluster cluster =
        ClusterText.parse(text(version, "partitions.txt"), text(version, "nodes.txt"), "");
    assertThat(cluster.unread()).isEmpty();
    assertThat(cluster.partitions())
        .extracting(Partition::name)
        .containsExactly("debug", "short", "long", "overcap");
    Partition overcap = cluster.partition("overcap").orElseThrow();
    assertThat(overcap.preemption()).isEqualTo("REQUEUE");
    assertThat(overcap.longest()).isEmpty();
    assertThat(cluster.defaultPartition().flatMap(Partition::longest))
        .contains(Duration.ofMinutes(30));
    assertThat(cluster.nodes().getLast().gpus())
        .containsExactly(new GpuCount("a40", 2, 1), new GpuCount("2080_ti", 1, 0));
    assertThat(cluster.nodes().getFirst().cpusFree()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"22.05", "24.11", "26.05"})
  void theQueueIsTheSame(String version) {
    List<QueuedJob> queue = QueueText.parse(text(version, "queue.txt"));
    assertThat(queue).hasSize(10);
    QueuedJob gpu = named(queue, "gpu");
    assertThat(gpu.isRunning()).isTrue();
    assertThat(gpu.need().gpus()).containsExactly(new GpuCount("a40", 1, 0));
    assertThat(gpu.need().constraint()).isEqualTo("a40|2080_ti");
    assertThat(named(queue, "waits |x").reason()).isEqualTo("PartitionTimeLimit");
    assertThat(named(queue, "dep").dependency()).isEqualTo("afterok:5(unfulfilled)");
    assertThat(named(queue, "there").need().named()).isEqualTo("n1");
    assertThat(named(queue, "tasks").id()).isEqualTo("6_[1-3%1]");
  }

  private static QueuedJob named(List<QueuedJob> queue, String name) {
    return queue.stream().filter(job -> job.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"22.05", "24.11", "26.05"})
  void jobsAreAskedForAtOnceAndTheirEndsAreOurs(String version) throws IOException {
    LiveJobs live = look(version, "squeue.txt", "");
    assertThat(status(live, "1").state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status(live, "2").state()).isEqualTo(JobState.FAILED);
    assertThat(status(live, "2").code()).isEqualTo(3);
    assertThat(status(live, "4"))
        .isEqualTo(
            new JobStatus(
                JobState.CANCELLED, 0, "", "n1", status(live, "4").started(), Optional.empty(), 0));
    assertThat(status(live, "5").node()).isEqualTo("n2");
    assertThat(task(live, 0).state()).isEqualTo(JobState.RUNNING);
    assertThat(task(live, 3).reason()).isEqualTo("as many tasks of its array run as may at once");
    assertThat(status(live, "8").reason()).isEqualTo("waits for another job");
  }

  /// Of the accounting: 1 to 3 as above, tasks of 4, 5 cancelled, 6 runs; 22.05 numbers them so,
  /// the others from 4 on.
  @ParameterizedTest
  @ValueSource(strings = {"22.05", "24.11", "26.05"})
  void whatIsForgottenIsReadFromTheAccounting(String version) throws IOException {
    int first = version.equals("22.05") ? 1 : 4;
    LiveJobs live = look(version, "", "sacct.txt");
    assertThat(status(live, "" + first).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(status(live, "" + (first + 1)).code()).isEqualTo(3);
    assertThat(status(live, "" + (first + 2)).code()).isEqualTo(137);
    JobStatus cancelled = status(live, "" + (first + 4));
    assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
    assertThat(cancelled.reason()).isEqualTo("cancelled by 1000");
    assertThat(said(live, "j" + (first + 3), OptionalInt.of(3)).state())
        .isEqualTo(JobState.PENDING);
  }

  /// As if a cluster of that version were here.
  private LiveJobs look(String version, String queue, String accounting) throws IOException {
    program("squeue", queue.isEmpty() ? "" : version + "/" + queue);
    program("scontrol", version + "/job.txt");
    program("sacct", accounting.isEmpty() ? "" : version + "/" + accounting);
    List<JobRecord> records = new ArrayList<>();
    for (int number = 1; number < 10; number++) {
      JobRequest request =
          JobRequest.of(
              new JobName("j" + number),
              new Workload.Contained("a.sif", List.of(), List.of("true")),
              Path.of("/home/alice"));
      records.add(new JobRecord(request, "slurm", "" + number, Instant.EPOCH, "node", ""));
    }
    return new SlurmLive(SlurmCommand.of(Map.of("PATH", bin + ":/usr/bin:/bin")), "alice", () -> "")
        .look(records);
  }

  private void program(String name, String file) throws IOException {
    String shown = file.isEmpty() ? "exit 0" : "cat '" + RESOURCES.resolve(file) + "'";
    Path program = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + shown + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static JobStatus status(LiveJobs live, String number) {
    return said(live, "j" + number, OptionalInt.empty());
  }

  private static JobStatus task(LiveJobs live, int task) {
    return said(live, "j6", OptionalInt.of(task));
  }

  private static JobStatus said(LiveJobs live, String name, OptionalInt task) {
    JobStatus status = live.found().get(new LiveJobs.Key(new JobName(name), task));
    return Optional.ofNullable(status).orElseThrow();
  }
}
