package dev.skiff.runtime.slurm.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.slurm.cluster.Quality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Against what `scontrol` of a real cluster printed of its qualities of service.
final class QualityCheckTest {

  private final List<Quality> all;

  QualityCheckTest() throws IOException {
    all = Quality.parse(Files.readString(Path.of("src/test/resources/slurm/qualities.txt")));
  }

  private static JobRequest job(String time, int gpus) {
    Workload work = new Workload.Script("job.sh", "", List.of(), List.of("--qos=short1", "-t 20"));
    JobRequest plain =
        JobRequest.of(new JobName("job"), work, Path.of("/home/a"))
            .with(new Resources(0, 0, gpus, "", 0, 0));
    return FitRequests.of(plain, plain.placement(), time);
  }

  @Test
  void theLeastOfAllLimitsCounts() {
    assertThat(all)
        .containsExactly(
            new Quality("normal", Optional.empty(), OptionalInt.empty()),
            new Quality("gpuq", Optional.empty(), OptionalInt.of(2)),
            new Quality("short1", Optional.of(JobAmounts.time("10m")), OptionalInt.of(4)));
    assertThat(Quality.parse("No QOS currently cached in Slurm.\n")).isEmpty();
  }

  private Optional<Problem> problem(JobRequest job, String name) {
    return new QualityCheck(job, all, List.of())
        .problem(new QualityCheck.Own(name, true, List.of()));
  }

  @Test
  void whatWaitsForEverIsRefusedWithWhatWouldDo() {
    Problem tooLong = problem(job("20m", 1), "short1").orElseThrow();
    assertThat(tooLong.why())
        .isEqualTo(
            "the quality of service 'short1' allows at most 10 min, and 20 min are asked for");
    assertThat(tooLong.fix())
        .isEqualTo("ask for less: -t 10m, or, if you may use it: --qos normal or gpuq");
    Problem tooMany = problem(job("5m", 3), "gpuq").orElseThrow();
    assertThat(tooMany.why()).contains("at most 2 GPUs, and 3 are asked for");
    assertThat(tooMany.fix())
        .isEqualTo("ask for less: -g 2, or, if you may use it: --qos normal or short1");
    assertThat(problem(job("10m", 4), "short1")).isEmpty();
    assertThat(problem(job("20m", 9), "normal")).isEmpty();
    assertThat(problem(job("20m", 9), "of-another-version")).isEmpty();
  }

  @Test
  void theOneThatTheSiteGivesCountsAsWell() {
    QualityCheck check = new QualityCheck(job("20m", 1), all, List.of());
    assertThat(check.matters()).isTrue();
    Problem given =
        check
            .problem(new QualityCheck.Own("short1", false, List.of("short1", "gpuq")))
            .orElseThrow();
    assertThat(given.why()).startsWith("the quality of service 'short1', which your jobs have,");
    assertThat(given.fix()).isEqualTo("ask for less: -t 10m, or --qos gpuq");
    assertThat(new QualityCheck(job("5m", 1), all, List.of()).matters()).isFalse();
  }

  @Test
  void theOneOfAPartitionCountsForAllItsJobs() {
    QualityCheck.Own own = new QualityCheck.Own("normal", false, List.of());
    Problem limited =
        new QualityCheck(job("20m", 1), all, List.of("short1")).problem(own).orElseThrow();
    assertThat(limited.why()).startsWith("the quality of service 'short1' of the partition allows");
    assertThat(limited.fix()).isEqualTo("ask for less: -t 10m, or for another partition");
    assertThat(new QualityCheck(job("20m", 1), all, List.of("short1", "")).problem(own)).isEmpty();
  }

  @Test
  void whatAnOwnScriptAsksForCounts() {
    Workload work =
        new Workload.Script("job.sh", "", List.of(), List.of("--gres=gpu:a40:3", "-t 5"));
    JobRequest script = JobRequest.of(new JobName("job"), work, Path.of("/home/a"));
    assertThat(problem(script, "gpuq")).isPresent();
    assertThat(problem(script, "short1")).isEmpty();
  }

  @Test
  void anOwnScriptNamesItToo() {
    assertThat(QualityCheck.named(job("5m", 1))).isEqualTo("short1");
  }
}
