package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What goes wrong around the jobs of an ordinary user on root's cluster, which forgets them after
/// two seconds: it is said in words, and the records stay whole.
@Timeout(300)
final class SlurmTroubleIT {

  private static final HostUser USER = HostUser.SINGLE;
  private static SlurmCluster cluster;

  private Path directory = Path.of("/");

  @BeforeAll
  static void start() {
    USER.orSkip();
    cluster = SlurmCluster.startOrSkip(HostUser.ROOT, "--min-job-age", "2");
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = InstalledSkiff.directoryOf(USER);
  }

  private Outcome type(String... words) {
    return InstalledSkiff.skiff(USER, directory, cluster.environment(directory), words);
  }

  /// The name of a job that runs a line of shell in the image.
  private String submitted(String line, String... options) {
    List<String> words = new ArrayList<>(List.of("submit"));
    words.addAll(List.of(options));
    words.addAll(List.of(BusyboxImage.sif().toString(), "--", "sh", "-c", line));
    return type(words.toArray(String[]::new)).ends(0).out().strip();
  }

  private String id(String name) {
    return type("ps", "-a", "--json", name).out().replaceAll("(?s).*\"id\" : \"(\\d+)\".*", "$1");
  }

  private void awaitLog(String name, String text) {
    String log = "";
    for (int attempt = 0; attempt < 60; attempt++) {
      log = type("logs", name).out();
      if (log.contains(text)) {
        return;
      }
    }
    assertThat(log).contains(text);
  }

  private Path record(String name) {
    return directory.resolve("state/skiff/jobs").resolve(name);
  }

  @Test
  void aPreemptedJobIsRunAgainAndItsLogGoesOn() {
    String name =
        submitted(
            "echo run $SKIFF_RESTART_COUNT; trap 'echo saved; exit 0' TERM;"
                + " [ $SKIFF_RESTART_COUNT -gt 0 ] || while :; do sleep 0.2; done",
            "-q",
            "overcap",
            "-n",
            "n1",
            "-c",
            "4",
            "-t",
            "10m",
            "--rerun-on",
            "preempt");
    awaitLog(name, "run 0");
    String other =
        cluster.submit(
            HostUser.ROOT,
            InstalledSkiff.directoryOf(HostUser.ROOT),
            "sleep 5",
            "-p",
            "debug",
            "-c",
            "4");
    cluster.await(other, "");
    String id = id(name);
    cluster.as(HostUser.ROOT, directory, "scontrol", "update", "jobid=" + id, "StartTime=now");
    type("wait", name).ends(0);
    assertThat(type("logs", "--stdout", name).ends(0).out())
        .startsWith("run 0\nsaved\n")
        .endsWith("run 1\n");
    assertThat(type("ps", "-a", "--json", name).out())
        .contains("\"state\" : \"SUCCEEDED\"")
        .contains("\"restarts\" : 1");
  }

  @Test
  void aJobWhoseDependencyFailedIsCancelledAndNotLost() {
    String first = submitted("sleep 8; exit 4");
    String second = submitted("true", "--after", first);
    String third = submitted("true", "--after", second);
    type("wait", first).ends(4);
    cluster.await(id(second), "");
    cluster.await(id(third), "");
    type("wait", second).ends(130);
    type("wait", third).ends(130);
    assertThat(type("ps", "-a").out())
        .doesNotContain("LOST")
        .contains("never started: " + second + " ended otherwise");
    type("submit", "--after", first, BusyboxImage.sif().toString(), "true")
        .ends(3)
        .complains("that one has ended otherwise: FAILED exit status 4");
    type("wait", submitted("true", "--after", first + ":fail")).ends(0);
  }

  @Test
  void aFailedTryKeepsTheJobFromStarting() {
    String name =
        type("submit", "-q", "long", "--smoke", "exit 9", BusyboxImage.sif().toString(), "true")
            .ends(0)
            .complains("tries in debug: exit 9")
            .out()
            .strip();
    type("wait", name).ends(130);
    type("ps", "-a").printsAmongOthers("exit status 9");
  }

  @Test
  void aFullDiskIsSaidAndTheEndIsKnown() throws IOException {
    Path state = Files.createDirectories(directory.resolve("state"));
    try {
      InstalledSkiff.execute(
          "mount", "-t", "tmpfs", "-o", "size=128k,mode=777", "tmpfs", state.toString());
    } catch (AssertionError e) {
      assumeTrue(false, "a file system of its own cannot be mounted here");
    }
    try {
      String name = submitted("head -c 500000 /dev/zero | tr '\\0' x; echo; exit 4");
      type("wait", name).ends(4);
      type("ps", "-a").ends(0).printsAmongOthers("exit status 4");
      assertThat(type("logs", name).ends(0).out()).startsWith("xxxx");
      type("submit", BusyboxImage.sif().toString(), "true")
          .ends(1)
          .complains("No space left on device");
      type("ps", "-a").ends(0).printsAmongOthers(name);
    } finally {
      InstalledSkiff.execute("umount", "-l", state.toString());
    }
  }

  @Test
  void aNodeWhoseClockIsAheadMakesNoNegativeTimes() throws IOException {
    String name = submitted("echo up; sleep 60");
    awaitLog(name, "up");
    Path file = record(name).resolve("start");
    long ahead = Instant.now().getEpochSecond() + 7200;
    Files.writeString(
        file, Files.readString(file).replaceFirst("started=\\d+", "started=" + ahead));
    assertThat(type("ps").ends(0).out())
        .containsPattern(name + " +RUNNING +slurm:\\d+ +\\S+ +00:00:00 ");
    type("logs", "--timestamps", name).ends(0).printsAmongOthers(" up\n");
    type("cancel", name).ends(0);
    type("wait", name).ends(130);
  }

  @Test
  void aSchedulerThatDoesNotAnswerIsSaidAndNothingIsLost() {
    String name = submitted("echo up; sleep 120");
    awaitLog(name, "up");
    cluster.signal("slurmctld", "STOP");
    try {
      type("ps").ends(0).complains("Slurm cannot be reached").printsAmongOthers("RUNNING");
      type("logs", name).ends(0).printsAmongOthers("up\n");
      type("cancel", name).ends(69).complains("Slurm cannot be reached");
    } finally {
      cluster.signal("slurmctld", "CONT");
    }
    type("cancel", name).ends(0);
    type("wait", name).ends(130);
  }

  @Test
  void aJobOfAnotherUserIsNobodysBusiness() {
    String other =
        cluster.submit(HostUser.ROOT, InstalledSkiff.directoryOf(HostUser.ROOT), "sleep 30");
    type("logs", "slurm:" + other).ends(1).complains("cannot find the job");
    type("wait", "slurm:" + other).ends(1).complains("cannot find the job");
    assertThat(type("ps", "-a").out()).doesNotContain(other);
    cluster.as(HostUser.ROOT, directory, "scancel", other).ends(0);
  }

  @Test
  void namesOfFilesAreTakenLiterally() throws IOException {
    Path odd = Files.createDirectories(directory.resolve("it's $(touch evil) \"q\" `z`"));
    Files.copy(BusyboxImage.sif(), odd.resolve("a $(b) 'c'.sif"));
    InstalledSkiff.execute("chmod", "-R", "777", odd.toString());
    String name =
        type(
                "submit",
                "-W",
                odd.toString(),
                "-B",
                odd + ":/mnt",
                "-o",
                "out $(d) 'e'.txt",
                "a $(b) 'c'.sif",
                "--",
                "sh",
                "-c",
                "pwd; ls /mnt")
            .ends(0)
            .out()
            .strip();
    type("wait", name).ends(0);
    assertThat(Files.readString(odd.resolve("out $(d) 'e'.txt")))
        .startsWith(odd + "\n")
        .contains("a $(b) 'c'.sif");
    type("logs", name).ends(0).printsAmongOthers("a $(b) 'c'.sif");
    assertThat(directory.resolve("evil")).doesNotExist();
    type("submit", "-q", "a'b", BusyboxImage.sif().toString(), "true").ends(3);
    type("submit", "--constraint", "a\nb", BusyboxImage.sif().toString(), "true")
        .ends(2)
        .complains("cannot hold quotes");
  }
}
