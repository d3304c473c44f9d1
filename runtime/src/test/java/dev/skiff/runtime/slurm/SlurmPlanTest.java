package dev.skiff.runtime.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.Dependency;
import dev.skiff.runtime.job.JobArray;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.schedule.JobPlan;
import dev.skiff.runtime.request.GoldenText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SlurmPlanTest {

  private static final Path RECORD = Path.of("/home/alice/.local/state/skiff/jobs/train");

  private static JobPlan plan(JobRequest request, Map<String, String> caller) {
    return new SlurmScheduler(caller, Path.of("/opt/skiff/bin/skiff")).plan(request, RECORD);
  }

  private static void check(String name, JobPlan plan) throws IOException {
    String text = String.join(" ", plan.command()) + "\n" + plan.script();
    int waiter = text.indexOf("\n# --- from here on");
    GoldenText.check("jobs/" + name + ".txt", text.substring(0, waiter + 1));
  }

  private static JobRequest plain() {
    return JobRequest.of(
        new JobName("train"),
        new Workload.Contained("app.sif", List.of(), List.of("true")),
        Path.of("/home/alice"));
  }

  private static JobRequest full(String constraint, List<String> raw) {
    return new JobRequest(
        new JobName("train"),
        new Workload.Contained(
            "it's.sif",
            List.of("--nv", "--bind", "/a 'b\" $(c):/d"),
            List.of("sh", "-c", "echo $X\n`y`")),
        Path.of("/home/alice/my proj"),
        new TreeMap<>(Map.of("A", "l1\n#SBATCH --exclusive\n$(touch x)'")),
        new Resources(8, 32 * 1024, 2, "a40", 2, 4),
        new Placement(List.of("short", "overcap"), constraint, "", "overcap", "lab", "n1", "high"),
        new TimeLimits(
            Optional.of(Duration.ofHours(30)),
            Optional.of(new TimeLimits.Warning(Duration.ofMinutes(5), "USR2")),
            Duration.ofSeconds(30),
            Set.of(TimeLimits.Rerun.TIMEOUT),
            3),
        Optional.of(JobArray.parse("0-9%4")),
        List.of(
            new Dependency("a", "12", Dependency.When.OK),
            new Dependency("b", "13", Dependency.When.ANY)),
        new JobOutput("/home/alice/out-%A_%a.txt", ""),
        raw,
        "");
  }

  @Test
  void theSmallestJob() throws IOException {
    check("smallest", plan(plain(), Map.of("SBATCH_ACCOUNT", "mine", "SLURM_JOB_ID", "7")));
    assertThat(plan(plain(), Map.of("SBATCH_ACCOUNT", "mine", "SLURM_JOB_ID", "7")).environment())
        .isEqualTo(Map.of("SBATCH_ACCOUNT", "mine"));
  }

  @Test
  void everythingThatCanBeAsked() throws IOException {
    check(
        "everything",
        plan(full("a40|rtx_6000", List.of("--exclusive", "-x", "n7", "--comment=a b")), Map.of()));
  }

  @Test
  void aScriptOfTheUsersOwn() throws IOException {
    Workload own =
        new Workload.Script(
            "job.sh",
            "#!/usr/bin/env python3\nprint('$(x)')\nSKIFF-SCRIPT-END",
            List.of("a b", "'"),
            List.of("--partition=batch", "-o mine.txt"));
    JobPlan plan =
        plan(
            JobRequest.of(new JobName("train"), own, Path.of("/w")),
            Map.of("A", "1", "SLURM_X", "2"));
    check("own-script", plan);
    assertThat(plan.environment()).isEqualTo(Map.of("A", "1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b", "a'b", "a\\b", "a\nb"})
  void whatADirectiveCannotHoldIsRefused(String value) {
    assertThatThrownBy(() -> plan(full(value, List.of()), Map.of()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cannot hold quotes");
    assertThatThrownBy(() -> plan(full("", List.of("--x=" + value)), Map.of()))
        .isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING, PENDING",
    "COMPLETING, ENDING",
    "CANCELLED by 1001, CANCELLED",
    "OUT_OF_MEMORY, OOM",
    "DEADLINE, TIMEOUT",
    "NODE_FAIL, LOST",
    "SUSPENDED, RUNNING"
  })
  void statesAreOurs(String word, JobState state) {
    assertThat(SlurmStates.state(word)).isEqualTo(state);
  }

  @ParameterizedTest
  @CsvSource({"7:0, 7", "0:9, 137", "0:0, 0", "x, 0", "'', 0", "1:15, 143"})
  void anExitCodeIsWhatAShellWouldSay(String text, int code) {
    assertThat(SlurmStates.code(text)).isEqualTo(code);
  }
}
