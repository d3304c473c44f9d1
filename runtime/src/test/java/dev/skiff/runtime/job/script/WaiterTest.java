package dev.skiff.runtime.job.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shell that waits for a payload, run for real, without any scheduler.
final class WaiterTest {

  private static final String UNTIL_TOLD = "while :; do sleep 0.1; done";

  @TempDir private Path directory = Path.of("/");

  private Process start(String body, TimeLimits limits) throws IOException {
    return start(body, limits, Map.of());
  }

  private Process start(String body, TimeLimits limits, Map<String, String> more)
      throws IOException {
    JobRequest plain =
        JobRequest.of(
            new JobName("t"), new Workload.Script("s", body, List.of(), List.of()), directory);
    JobRequest request =
        new JobRequest(
            plain.name(),
            plain.workload(),
            directory,
            new TreeMap<>(Map.of("V", "a'b\n$(touch " + directory + "/evil)")),
            plain.resources(),
            plain.placement(),
            limits,
            Optional.empty(),
            List.of(),
            plain.output(),
            List.of(),
            "");
    String script = JobScript.of(request, List.of(), directory, Path.of("/nowhere/skiff"));
    Path file = Files.writeString(directory.resolve("script"), script);
    ProcessBuilder builder =
        new ProcessBuilder("bash", file.toString())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("log.err").toFile()));
    builder.environment().putAll(more);
    return builder.start();
  }

  private static int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static TimeLimits limits(int seconds, boolean rerun) {
    return new TimeLimits(
        Optional.of(Duration.ofSeconds(seconds)),
        Optional.of(new TimeLimits.Warning(Duration.ofSeconds(1), "USR2")),
        Duration.ofSeconds(1),
        rerun ? Set.of(TimeLimits.Rerun.TIMEOUT) : Set.of(),
        1);
  }

  private Map<String, String> exit() {
    return RunFiles.fields(new RunFiles(directory, OptionalInt.empty()).exit()).orElseThrow();
  }

  private String log(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  @Test
  void theExitFileTellsThePayloadsOwnCode() throws Exception {
    assertThat(end(start("echo \"$V\"; echo e >&2; exit 7", TimeLimits.NONE))).isEqualTo(7);
    assertThat(exit()).containsEntry("code", "7").containsEntry("how", "exited");
    assertThat(log("log")).isEqualTo("a'b\n$(touch " + directory + "/evil)\n");
    assertThat(log("log.err")).isEqualTo("e\n");
    assertThat(directory.resolve("evil")).doesNotExist();
  }

  /// Slurm as the waiter sees it: `scontrol requeue` is written down, and ends the waiter.
  private Map<String, String> slurm(long secondsLeft) throws IOException {
    Path tools = Files.createDirectory(directory.resolve("tools"));
    Path scontrol = tools.resolve("scontrol");
    Files.writeString(
        scontrol, "#!/bin/sh\necho \"$@\" >>%s/asked\nkill -KILL $PPID\n".formatted(directory));
    assertThat(scontrol.toFile().setExecutable(true)).isTrue();
    long end = Instant.now().getEpochSecond() + secondsLeft;
    return Map.of(
        "PATH",
        tools + ":/usr/bin:/bin",
        "SLURM_JOB_ID",
        "7",
        "SLURM_JOB_END_TIME",
        Long.toString(end));
  }

  private static TimeLimits again(TimeLimits.Rerun... after) {
    return new TimeLimits(
        Optional.empty(),
        Optional.of(new TimeLimits.Warning(Duration.ofSeconds(120), "USR2")),
        Duration.ofSeconds(5),
        Set.of(after),
        3);
  }

  /// Until the payload has set its traps, and the waiter, which writes down that it began, too.
  private void awaitUp() throws InterruptedException {
    for (int i = 0; i < 600 && !(exists("up") && exists("start")); i++) {
      Thread.sleep(20);
    }
  }

  private boolean exists(String name) {
    return Files.exists(directory.resolve(name));
  }

  private void warned(Process process) throws Exception {
    awaitUp();
    new ProcessBuilder("kill", "-USR1", Long.toString(process.pid())).start().waitFor();
  }

  private static final String CHECKPOINT =
      "trap 'echo saved; exit 0' USR2; touch up; " + UNTIL_TOLD;

  @Test
  void whoSavesBeforeItsPlaceIsTakenIsRunAgain() throws Exception {
    Process process = start(CHECKPOINT, again(TimeLimits.Rerun.PREEMPT), slurm(7200));
    warned(process);
    assertThat(end(process)).isEqualTo(137);
    assertThat(log("asked")).isEqualTo("requeue 7\n");
    assertThat(log("log")).isEqualTo("saved\n");
    assertThat(log("log.err")).contains("another job is to have this place");
  }

  @Test
  void theTimeLimitAloneIsNoReasonForWhoOnlyWantsToOutliveOthers() throws Exception {
    Process process = start(CHECKPOINT, again(TimeLimits.Rerun.PREEMPT), slurm(100));
    warned(process);
    assertThat(end(process)).isZero();
    assertThat(directory.resolve("asked")).doesNotExist();
    assertThat(log("log.err")).contains("the time limit is near");
    assertThat(exit()).containsEntry("how", "exited");
  }

  @Test
  void sigtermReachesThePayloadOnceAndThenItIsKilled() throws Exception {
    Process process = start("trap 'echo term' TERM; echo up; " + UNTIL_TOLD, limits(60, false));
    while (!log("log").contains("up")) {
      Thread.sleep(20);
    }
    Files.createFile(directory.resolve("cancelled"));
    process.destroy();
    assertThat(end(process)).isEqualTo(137);
    assertThat(log("log")).isEqualTo("up\nterm\n");
    assertThat(exit()).containsEntry("how", "cancelled");
  }

  @Test
  void theLimitIsToldBeforeItComes() throws Exception {
    int status = end(start("trap 'echo warned' USR2; " + UNTIL_TOLD, limits(4, false)));
    assertThat(status).isEqualTo(143);
    assertThat(log("log")).isEqualTo("warned\n");
    assertThat(exit()).containsEntry("how", "timeout");
  }

  @Test
  void afterTheWarningItIsRunAgainAndKnowsIt() throws Exception {
    String body =
        "echo run $SKIFF_RESTART_COUNT; [ $SKIFF_RESTART_COUNT = 0 ] || exit 0; trap 'exit 1' USR2;"
            + " ";
    assertThat(end(start(body + UNTIL_TOLD, limits(4, true)))).isZero();
    assertThat(log("log")).isEqualTo("run 0\nrun 1\n");
    assertThat(exit()).containsEntry("how", "exited").containsEntry("restarts", "1");
  }

  /// Slurm itself writes into the log after the waiter of the run before was ended.
  @Test
  void whatTheRunBeforeWroteLastKeepsItsTime() throws Exception {
    Path log = Files.writeString(directory.resolve("log"), "one\ntwo\n");
    Path err = Files.writeString(directory.resolve("log.err"), "requeued\n");
    Files.setLastModifiedTime(log, FileTime.from(Instant.ofEpochSecond(2_000)));
    Files.setLastModifiedTime(err, FileTime.from(Instant.ofEpochSecond(3_000)));
    Files.writeString(directory.resolve("marks"), "1000 4 0\n");
    assertThat(end(start("echo three", TimeLimits.NONE))).isZero();
    assertThat(log("marks")).startsWith("1000 4 0\n2000 8 0\n3000 0 9\n");
    assertThat(log("log")).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  void aSessionThatWasLeftEndsAsItsShellDid() throws Exception {
    Process process = start("trap 'exit 0' HUP; touch up; " + UNTIL_TOLD, TimeLimits.NONE);
    awaitUp();
    Files.writeString(directory.resolve("left"), "3\n");
    new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor();
    assertThat(end(process)).isEqualTo(3);
    assertThat(exit()).containsEntry("code", "3").containsEntry("how", "exited");
  }

  @Test
  void itRunsWithoutARecord() throws Exception {
    Process process = start("echo ran; exit 3", TimeLimits.NONE);
    assertThat(end(process)).isEqualTo(3);
    String script = log("script").replace("skiff_record='" + directory, "skiff_record='/nowhere");
    Path other = Files.writeString(directory.resolve("other"), script);
    Process without =
        new ProcessBuilder("bash", other.toString()).redirectErrorStream(true).start();
    assertThat(
            new String(
                without.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("ran\n");
    assertThat(end(without)).isEqualTo(3);
  }
}
