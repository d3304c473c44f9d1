package dev.skiff.runtime.job.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.Dependency;
import dev.skiff.runtime.job.JobArray;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JobStoreTest {

  private static final String HOSTILE = "a'b\"c\\d\n$(touch x)\u001b[0m é 😀 \t";

  @TempDir private Path root = Path.of("/");

  private JobRecord stored(JobStore store, JobRequest request, String backend, String id) {
    JobRequest named = request.named(store.reserve(request.name()));
    JobRecord record = new JobRecord(named, backend, id, Instant.ofEpochSecond(1000), "login1", "");
    store.write(record, "#!/bin/bash\n");
    return record;
  }

  private static JobRequest request(String name) {
    return JobRequest.of(
        new JobName(name),
        new Workload.Contained("x.sif", List.of(), List.of("true")),
        Path.of("/tmp"));
  }

  private static JobRequest array(String name, String tasks) {
    JobRequest one = request(name);
    return new JobRequest(
        one.name(),
        one.workload(),
        one.directory(),
        one.environment(),
        one.resources(),
        one.placement(),
        one.limits(),
        Optional.of(JobArray.parse(tasks)),
        one.after(),
        one.output(),
        one.rawOptions(),
        "");
  }

  @Test
  void everythingThatWasAskedIsReadBack() {
    JobRequest request =
        new JobRequest(
            new JobName("j"),
            new Workload.Contained(HOSTILE, List.of("--nv", HOSTILE), List.of("sh", HOSTILE, "")),
            Path.of("/tmp/with blank"),
            new TreeMap<>(Map.of("A", HOSTILE, "B", "")),
            new Resources(2, 1024, 1, "a40", 2, 4),
            new Placement(List.of("a", "b"), "x|y", "q", "acc", "res", "n1", "low"),
            new TimeLimits(
                Optional.of(Duration.ofHours(8)),
                Optional.of(new TimeLimits.Warning(Duration.ofMinutes(5), "USR1")),
                Duration.ofSeconds(7),
                Set.of(TimeLimits.Rerun.TIMEOUT),
                3),
            Optional.of(JobArray.parse("0-9%4")),
            List.of(new Dependency("other job", "12", Dependency.When.OK)),
            new JobOutput("o-%j", "e"),
            List.of("--x=" + HOSTILE),
            HOSTILE);
    JobRecord record = new JobRecord(request, "slurm", "7", Instant.ofEpochSecond(5), "h", "");
    assertThat(RecordText.read(RecordText.write(record))).isEqualTo(record);
    JobRequest script =
        JobRequest.of(
            new JobName("s"),
            new Workload.Script(HOSTILE, HOSTILE, List.of(HOSTILE), List.of("-c 4")),
            Path.of("/"));
    JobRecord other = new JobRecord(script, "local", "", Instant.ofEpochSecond(5), "h", "");
    assertThat(RecordText.read(RecordText.write(other))).isEqualTo(other);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"a\":1}",
        "{\"a\":\"x\"} y",
        "{\"version\":\"2\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"b",
        "{\"version\":\"1\"}",
        "{\"a\":[\"b\",]}"
      })
  void aDamagedRecordIsPassedOverAndTold(String text) throws IOException {
    JobStore store = new JobStore(root);
    stored(store, request("good"), "slurm", "1");
    Files.createDirectories(root.resolve("bad"));
    Files.writeString(root.resolve("bad/job.json"), text);
    assertThat(store.list()).extracting(job -> job.name().text()).containsExactly("good");
    assertThat(store.broken()).containsExactly(root.resolve("bad"));
  }

  @Test
  void aNameIsTakenOnce() {
    JobStore store = new JobStore(root.resolve("deep/er"));
    assertThat(store.reserve(new JobName("a")).text()).isEqualTo("a");
    assertThat(store.free(new JobName("a")).text()).isEqualTo("a-2");
    assertThat(store.reserve(new JobName("a")).text()).isEqualTo("a-2");
    assertThat(store.reserve(new JobName("a")).text()).isEqualTo("a-3");
  }

  @Test
  void aJobIsFoundByAllItsNames() {
    JobStore store = new JobStore(root);
    JobRecord one = stored(store, request("brisk"), "slurm", "12");
    JobRecord two = stored(store, request("brown"), "local", "34 99");
    for (String reference : List.of("brisk", "bri", "12", "slurm:12")) {
      assertThat(store.find(reference)).isEqualTo(new JobSelection(one, OptionalInt.empty()));
    }
    for (String reference : List.of("brown", "bro", "local:34", "-")) {
      assertThat(store.find(reference).record()).isEqualTo(two);
    }
    assertThatThrownBy(() -> store.find("br"))
        .hasMessageContaining("2 begin with it: brisk, brown");
    for (String unknown :
        List.of("x", "", "34", "slurm:34", "../brisk", "12_1", "slurm:1_99999999")) {
      assertThatThrownBy(() -> store.find(unknown)).isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void aTaskIsFoundByTheNameOfItsArray() {
    JobStore store = new JobStore(root);
    JobRecord array = stored(store, array("grid", "0-3"), "slurm", "12");
    JobRecord other = stored(store, request("grid_7"), "slurm", "13");
    for (String reference : List.of("grid_2", "12_2", "slurm:12_2")) {
      assertThat(store.find(reference)).isEqualTo(new JobSelection(array, OptionalInt.of(2)));
    }
    assertThat(store.find("grid_7").record()).isEqualTo(other);
    assertThatThrownBy(() -> store.find("grid_9")).hasMessageContaining("task 9 of 'grid'");
    assertThatThrownBy(() -> store.find("grid_99999999")).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> store.find("grid_7_1")).isInstanceOf(ProblemException.class);
  }

  @Test
  void whatIsForgottenIsGone() {
    JobStore store = new JobStore(root);
    JobRecord job = stored(store, request("brisk"), "slurm", "12");
    store.forget(job);
    assertThat(store.list()).isEmpty();
    assertThat(root.resolve("brisk")).doesNotExist();
  }
}
