package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What goes wrong around the jobs of an ordinary user on root's cluster, which forgets them after
/// two seconds: it is said in words, and the records stay whole.
@Timeout(300)
final class SlurmTroubleIT {

  @RegisterExtension
  static final SlurmUser USER = new SlurmUser(HostUser.ROOT, "--min-job-age", "2");

  @Test
  void aPreemptedJobIsRunAgainAndItsLogGoesOn() {
    String name =
        USER.submittedLine(
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
    USER.awaitLog(name, "run 0");
    String other =
        USER.cluster()
            .submit(
                HostUser.ROOT,
                InstalledSkiff.directoryOf(HostUser.ROOT),
                "sleep 5",
                "-p",
                "debug",
                "-c",
                "4");
    USER.cluster().await(other, "");
    String id = USER.number(name);
    USER.cluster()
        .as(HostUser.ROOT, USER.directory(), "scontrol", "update", "jobid=" + id, "StartTime=now");
    USER.type("wait", name).ends(0);
    assertThat(USER.type("logs", "--stdout", name).ends(0).out())
        .startsWith("run 0\nsaved\n")
        .endsWith("run 1\n");
    assertThat(USER.type("ps", "-a", "--json", name).out())
        .contains("\"state\" : \"SUCCEEDED\"")
        .contains("\"restarts\" : 1");
  }

  @Test
  void aJobWhoseDependencyFailedIsCancelledAndNotLost() {
    String first = USER.submittedLine("sleep 8; exit 4");
    String second = USER.submittedLine("true", "--after", first);
    String third = USER.submittedLine("true", "--after", second);
    USER.type("wait", first).ends(4);
    USER.cluster().await(USER.number(second), "");
    USER.cluster().await(USER.number(third), "");
    USER.type("wait", second).ends(130);
    USER.type("wait", third).ends(130);
    assertThat(USER.type("ps", "-a").out())
        .doesNotContain("LOST")
        .contains("never started: " + second + " ended otherwise");
    USER.type("submit", "--after", first, BusyboxImage.sif().toString(), "true")
        .ends(3)
        .complains("that one has ended otherwise: FAILED exit status 4");
    USER.type("wait", USER.submittedLine("true", "--after", first + ":fail")).ends(0);
  }

  @Test
  void aFailedTryKeepsTheJobFromStarting() {
    String name =
        USER.type(
                "submit", "-q", "long", "--smoke", "exit 9", BusyboxImage.sif().toString(), "true")
            .ends(0)
            .complains("tries in debug: exit 9")
            .out()
            .strip();
    USER.type("wait", name).ends(130);
    USER.type("ps", "-a").printsAmongOthers("exit status 9");
  }

  @Test
  void aFullDiskIsSaidAndTheEndIsKnown() throws IOException {
    Path state = Files.createDirectories(USER.directory().resolve("state"));
    try {
      InstalledSkiff.execute(
          "mount", "-t", "tmpfs", "-o", "size=128k,mode=777", "tmpfs", state.toString());
    } catch (AssertionError e) {
      assumeTrue(false, "a file system of its own cannot be mounted here");
    }
    try {
      String name = USER.submittedLine("head -c 500000 /dev/zero | tr '\\0' x; echo; exit 4");
      USER.type("wait", name).ends(4);
      USER.type("ps", "-a")
          .ends(0)
          .printsAmongOthers("exit status 4; the disk of its log was full");
      Outcome log = USER.type("logs", name).ends(0).complains("may be cut off");
      assertThat(log.out()).startsWith("xxxx");
      USER.type("submit", BusyboxImage.sif().toString(), "true")
          .ends(1)
          .complains("No space left on device");
      USER.type("ps", "-a").ends(0).printsAmongOthers(name);
    } finally {
      InstalledSkiff.execute("umount", "-l", state.toString());
    }
  }

  @Test
  void aNodeWhoseClockIsAheadMakesNoNegativeTimes() throws IOException {
    String name = USER.submittedLine("echo up; sleep 60");
    USER.awaitLog(name, "up");
    Path file = USER.record(name).resolve("start");
    long ahead = Instant.now().getEpochSecond() + 7200;
    Files.writeString(
        file, Files.readString(file).replaceFirst("started=\\d+", "started=" + ahead));
    assertThat(USER.type("ps").ends(0).out())
        .containsPattern(name + " +RUNNING +slurm:\\d+ +\\S+ +00:00:[0-5]\\d ");
    USER.type("logs", "--timestamps", name).ends(0).printsAmongOthers(" up\n");
    USER.type("cancel", name).ends(0);
    USER.type("wait", name).ends(130);
  }

  @Test
  void aSchedulerThatDoesNotAnswerIsSaidAndNothingIsLost() {
    String name = USER.submittedLine("echo up; sleep 120");
    USER.awaitLog(name, "up");
    USER.cluster().signal("slurmctld", "STOP");
    try {
      USER.type("ps").ends(0).complains("Slurm cannot be reached").printsAmongOthers("RUNNING");
      USER.type("logs", name).ends(0).printsAmongOthers("up\n");
      USER.type("cancel", name).ends(69).complains("Slurm cannot be reached");
    } finally {
      USER.cluster().signal("slurmctld", "CONT");
    }
    USER.type("cancel", name).ends(0);
    USER.type("wait", name).ends(130);
  }

  @Test
  void aJobOfAnotherUserIsNobodysBusiness() {
    String other =
        USER.cluster().submit(HostUser.ROOT, InstalledSkiff.directoryOf(HostUser.ROOT), "sleep 30");
    USER.type("cancel", other).ends(77).complains("denied");
    USER.type("attach", other).ends(77).complains("it belongs to 'root'");
    USER.type("top", other).ends(77).complains("it belongs to 'root'");
    USER.type("logs", "slurm:" + other).ends(1).complains("cannot find the job");
    USER.type("wait", "slurm:" + other).ends(1).complains("cannot find the job");
    assertThat(USER.type("ps", "-a").out()).doesNotContain(other);
    USER.cluster().as(HostUser.ROOT, USER.directory(), "scancel", other).ends(0);
  }

  @Test
  void namesOfFilesAreTakenLiterally() throws IOException {
    Path odd = Files.createDirectories(USER.directory().resolve("it's $(touch evil) \"q\" `z`"));
    Files.copy(BusyboxImage.sif(), odd.resolve("a $(b) 'c'.sif"));
    InstalledSkiff.execute("chmod", "-R", "777", odd.toString());
    String name =
        USER.type(
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
    USER.type("wait", name).ends(0);
    assertThat(Files.readString(odd.resolve("out $(d) 'e'.txt")))
        .startsWith(odd + "\n")
        .contains("a $(b) 'c'.sif");
    USER.type("logs", name).ends(0).printsAmongOthers("a $(b) 'c'.sif");
    assertThat(USER.directory().resolve("evil")).doesNotExist();
    USER.type("submit", "-q", "a'b", BusyboxImage.sif().toString(), "true").ends(3);
    USER.type("submit", "--constraint", "a\nb", BusyboxImage.sif().toString(), "true")
        .ends(2)
        .complains("cannot hold quotes");
  }
}
