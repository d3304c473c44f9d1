package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Jobs of an ordinary user on root's cluster, which forgets them after two seconds and has no
/// accounting.
@Timeout(120)
final class SlurmJobIT implements JobLaws {

  @RegisterExtension
  static final SlurmUser USER = new SlurmUser(HostUser.ROOT, "--min-job-age", "2");

  @Override
  public Outcome type(String... words) {
    return USER.type(words);
  }

  @Override
  public String backend() {
    return "slurm";
  }

  @Override
  public String alone(Path script) {
    return USER.cluster().alone(SlurmUser.WHO, USER.directory(), script);
  }

  @Test
  void aForgottenJobIsStillKnown() {
    String image = BusyboxImage.sif().toString();
    String name =
        type("submit", image, "--", "sh", "-c", "echo kept; exit 3").ends(0).out().strip();
    type("wait", name).ends(3);
    String id = USER.number(name);
    for (int i = 0;
        i < 200 && USER.as("squeue", "-h", "-t", "all", "-j", id).out().contains(id);
        i++) {
      assertThat(i).isLessThan(199);
      USER.as("sleep", "0.2").ends(0);
    }
    type("wait", name).ends(3);
    type("logs", "slurm:" + id).ends(0).prints("kept\n");
    type("explain", name)
        .ends(0)
        .printsAmongOthers("has ended: FAILED")
        .printsAmongOthers("exit status 3");
    type("ps", "-a").printsAmongOthers("FAILED");
  }

  @Test
  void aProfileSaysWhereAndWithWhatAJobRuns() throws IOException {
    Path shared = Files.createDirectory(USER.directory().resolve("shared"));
    Files.copy(BusyboxImage.sif(), shared.resolve("tool.sif"));
    Path file =
        Files.writeString(
            USER.directory().resolve("skiff.yaml"),
            """
            profile: lab
            profiles:
              lab:
                queue: short
                time: 10m
                cpus-per-gpu: 2
                mem-per-gpu: 1G
                gpu-types: {fast: 2080_ti}
                images: shared
                binds: [shared:/mnt]
            """);
    InstalledSkiff.execute("chmod", "-R", "a+rX", shared.toString(), file.toString());
    String shown = "ls /mnt; echo $SLURM_CPUS_PER_TASK $SLURM_JOB_PARTITION $SLURMD_NODENAME";
    type("submit", "-N", "there", "-g", "fast:1", "--wait", "tool", "--", "sh", "-c", shown)
        .ends(0);
    type("logs", "--stdout", "there").ends(0).prints("tool.sif\n2 short n2\n");
    Files.writeString(file, "profiles:\n  lab:\n    quue: short\n");
    type("submit", "tool", "true").ends(1).complains("skiff.yaml:3:5").complains("write 'queue'");
  }

  @Test
  void whatSlurmRefusesLeavesNoRecord() {
    type("submit", "-q", "nosuch", BusyboxImage.sif().toString(), "true")
        .ends(3)
        .complains("nosuch");
    type("ps", "-a", "--json").prints("[ ]\n");
  }

  @Test
  void whatCanNeverRunIsNotSubmitted() {
    String image = BusyboxImage.sif().toString();
    type("submit", "-t", "90d", image, "true").ends(3).complains("allows at most");
    type("submit", "-g", "h100:1", image, "true").ends(3).complains("write one of:");
    type("submit", "nope.sif", "true").ends(3).complains("there is no image");
    type("submit", "nope.sh").ends(3).complains("there is no script");
    type("submit", "-G", "1", image, "true").ends(2).complains("did you mean -g 1");
    USER.as("squeue", "-h", "--me").ends(0).prints("");
  }

  @Test
  void anUnreachableSchedulerIsSaid() {
    Map<String, String> down = new TreeMap<>(USER.cluster().environment(USER.directory()));
    down.put("SLURM_CONF", "/nonexistent/slurm.conf");
    InstalledSkiff.skiff(
            SlurmUser.WHO, USER.directory(), down, "submit", BusyboxImage.sif().toString(), "true")
        .ends(69)
        .complains("Slurm cannot be reached");
  }

  @Test
  void aJobOfSomebodyElseIsNotCancelled() {
    String id =
        USER.cluster().submit(HostUser.ROOT, InstalledSkiff.directoryOf(HostUser.ROOT), "sleep 30");
    type("cancel", "slurm:" + id).ends(77).complains("denied");
    USER.cluster().as(HostUser.ROOT, USER.directory(), "scancel", id).ends(0);
  }

  @Test
  @Timeout(300)
  void aBuildIsAJobThatEndsWithItsOwnCode() throws IOException {
    define("good.def", "touch /made");
    define("bad.def", "echo tried; exit 5");
    type("build", "--on", "slurm", "-m", "1", "-t", "5m", "good.sif", "good.def").ends(0);
    type("exec", "good.sif", "ls", "/made").ends(0).prints("/made\n");
    type("build", "--on", "slurm", "bad.sif", "bad.def").ends(1).printsAmongOthers("tried");
    assertThat(USER.directory().resolve("bad.sif")).doesNotExist();
  }

  @Test
  void aBuildEndsWithTheCommandThatAskedForIt() throws IOException {
    define("long.def", "sleep 100");
    USER.cluster()
        .as(
            SlurmUser.WHO,
            USER.directory(),
            USER.cluster().environment(USER.directory()),
            "",
            List.of(
                "timeout",
                "-s",
                "INT",
                "20",
                InstalledSkiff.command().toString(),
                "build",
                "--on",
                "slurm",
                "long.sif",
                "long.def"))
        .ends(124);
    type("wait", "-").ends(130);
    assertThat(USER.directory().resolve("long.sif")).doesNotExist();
  }

  private void define(String name, String post) throws IOException {
    Path file =
        Files.writeString(
            USER.directory().resolve(name),
            "Bootstrap: localimage\nFrom: %s\n%%post\n  %s\n".formatted(BusyboxImage.sif(), post));
    InstalledSkiff.execute("chmod", "644", file.toString());
  }

  @Test
  void tasksAreStartedBySrun() {
    String image = BusyboxImage.sif().toString();
    type("submit", "--tasks", "2", "-N", "two", "--wait", image, "--", "sh", "-c", "echo task")
        .ends(0);
    type("logs", "two").prints("task\ntask\n");
    assertThat(List.of(type("ps", "two").out().split("\n"))).hasSize(2);
  }
}
