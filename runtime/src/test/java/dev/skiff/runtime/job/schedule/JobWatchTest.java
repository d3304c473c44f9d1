package dev.skiff.runtime.job.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of a job while other things happen to it.
final class JobWatchTest {

  @TempDir private Path root = Path.of("/");

  private JobStore store = new JobStore(root);

  private final JobRecord record =
      new JobRecord(
          JobRequest.of(
              new JobName("job"),
              new Workload.Contained("x.sif", List.of(), List.of("true")),
              Path.of("/tmp")),
          "slurm",
          "",
          Instant.ofEpochSecond(1000),
          "login1",
          "");

  @BeforeEach
  void write() {
    store = new JobStore(root);
    store.reserve(record.name());
    store.write(record, "#!/bin/bash\n");
  }

  /// A scheduler of which only one thing is asked.
  private record Asked(Supplier<LiveJobs> answer) implements Scheduler {
    @Override
    public String backend() {
      return "slurm";
    }

    @Override
    public JobPlan plan(JobRequest request, Path folder) {
      throw new AssertionError("nothing is planned");
    }

    @Override
    public String submit(JobPlan plan) {
      throw new AssertionError("nothing is submitted");
    }

    @Override
    public LiveJobs live(List<JobRecord> records) {
      return answer.get();
    }

    @Override
    public void cancel(JobRecord job, OptionalInt task, String signal) {
      throw new AssertionError("nothing is cancelled");
    }
  }

  private JobReport look(Supplier<LiveJobs> answer) {
    Map<String, Scheduler> schedulers = Map.of("slurm", new Asked(answer));
    return new JobWatch(store, schedulers).look(List.of(record)).getFirst();
  }

  @Test
  void whoEndsWhileTheSchedulerIsAskedHasEndedAsItsFileSays() {
    JobReport report =
        look(() -> {
          JobStore.writeFile(
              store.files(record, OptionalInt.empty()).exit(), "code=3 how=exited ended=1005\n");
          return new LiveJobs(Map.of(), Map.of(), Map.of(), Optional.empty());
        });
    assertThat(report.status().state()).isEqualTo(JobState.FAILED);
    assertThat(report.status().exitStatus()).isEqualTo(3);
  }

  @Test
  void aNumberThatWasJustLearntIsTold() {
    JobReport report =
        look(() -> new LiveJobs(Map.of(), Map.of(record.name(), "17"), Map.of(), Optional.empty()));
    assertThat(report.record().nativeId()).isEqualTo("17");
  }
}
