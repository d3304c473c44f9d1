package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Everyday use of root's cluster by an ordinary user: many jobs, and what is said before one is
/// sent.
@Timeout(120)
final class SlurmPracticeIT {

  @RegisterExtension static final SlurmUser USER = new SlurmUser(HostUser.ROOT);

  private static String image() {
    return BusyboxImage.sif().toString();
  }

  /// The records are copies of one, each with the number of a job that is held.
  @Test
  void twoHundredJobsAreOneQuestion() throws IOException {
    String first = USER.submitted("--slurm", "--hold", "-N", "held", image(), "--", "true");
    String script =
        """
        cd state/skiff/jobs && own=$(sed -n 's/.*"id": "\\([0-9]*\\)".*/\\1/p' held/job.json)
        for i in $(seq 199); do
          id=$(sbatch --parsable --hold -J held-$i -o /dev/null --wrap true) || exit
          mkdir held-$i && sed "s/\\"name\\": \\"held\\"/\\"name\\": \\"held-$i\\"/; s/\\"id\\": \\"$own\\"/\\"id\\": \\"$id\\"/" \
            held/job.json >held-$i/job.json
        done
        mkdir -p ../../../bin
        for program in squeue sacct scontrol; do
          printf '#!/bin/sh\\necho %s >>%s\\nexec /usr/bin/%s "$@"\\n' $program "$PWD/asked" $program >../../../bin/$program
        done
        chmod 755 ../../../bin/*
        """;
    Map<String, String> environment = new TreeMap<>(USER.cluster().environment(USER.directory()));
    USER.cluster()
        .as(SlurmUser.WHO, USER.directory(), environment, "", List.of("bash", "-c", script))
        .ends(0);
    environment.put("PATH", USER.directory().resolve("bin") + ":/usr/bin:/bin");
    Outcome shown =
        InstalledSkiff.skiff(SlurmUser.WHO, USER.directory(), environment, "ps").ends(0);
    assertThat(shown.out().lines().filter(line -> line.contains("PENDING")))
        .hasSize(200)
        .allMatch(line -> line.contains("is held by its owner"));
    assertThat(Files.readString(USER.directory().resolve("state/skiff/jobs/asked")))
        .isEqualTo("squeue\n");
    USER.type("cancel", first).ends(0);
    USER.as("scancel", "--me").ends(0);
    assertThat(USER.type("ps", "-a", first).ends(0).out())
        .contains("CANCELLED")
        .doesNotContain("held by");
  }

  @Test
  void whoWaitsForAJobIsToldWhyItWaits() {
    String other = USER.submitted("-q", "long", "-c", "4", image(), "--", "sleep", "8");
    USER.cluster().await(USER.number(other), "RUNNING");
    USER.type("submit", "--wait", "-q", "long", "-c", "4", image(), "--", "sh", "-c", "exit 3")
        .ends(3)
        .complains("waits: what it asks for is not free yet");
  }

  @Test
  void anExitStatusInAJobIsNotToldBySrunToo() {
    String name = USER.submitted(image(), "--", "sleep", "60");
    USER.cluster().await(USER.number(name), "RUNNING");
    Outcome inside =
        USER.type("attach", name, "--", "sh", "-c", "echo out; echo err >&2; exit 4").ends(4);
    assertThat(inside.out()).isEqualTo("out\n");
    assertThat(inside.err()).isEqualTo("err\n");
    USER.type("cancel", name).ends(0);
    Outcome launched = USER.type("launch", "-t", "5m", image(), "--", "sh", "-c", "exit 5").ends(5);
    assertThat(launched.err()).doesNotContain("srun");
    String waiting = USER.type("launch", "-b", "-t", "5m", image()).ends(0).out().strip();
    USER.type("ps", waiting).ends(0).printsAmongOthers(", to be entered");
    USER.type("cancel", waiting).ends(0);
  }

  @Test
  void whereTheCallersVariableSendsAJobCounts() {
    Map<String, String> habit = new TreeMap<>(USER.cluster().environment(USER.directory()));
    habit.put("SBATCH_PARTITION", "long");
    String[] words = {"submit", "-t", "10h", "--slurm", "--hold", image(), "true"};
    String name =
        InstalledSkiff.skiff(SlurmUser.WHO, USER.directory(), habit, words).ends(0).out().strip();
    USER.type("cancel", name).ends(0);
    USER.type("submit", "-p", "long", image(), "true").ends(3).complains("write -q long");
  }

  @Test
  void jobsAreWatchedUntilTheyHaveEnded() {
    String name = USER.submitted(image(), "--", "sleep", "4");
    String[] seen = USER.type("ps", "--watch", "1", name).ends(0).out().split("NAME ", -1);
    assertThat(seen.length).isGreaterThan(2);
    assertThat(seen[seen.length - 1]).contains("SUCCEEDED");
    assertThat(seen[seen.length - 2]).doesNotContain("SUCCEEDED");
    USER.type("ps", "--watch", "0.5", name).ends(2);
    USER.type("ps", "--watch", "-1", name).ends(2).complains("write 1 to 3600 seconds");
  }

  @Test
  void aJobThatWaitsToRunAgainHasNoTime() {
    String name = USER.submitted("--rerun-on", "preempt", image(), "--", "sleep", "60");
    String id = USER.number(name);
    USER.cluster().await(id, "RUNNING");
    for (int i = 0; i < 60 && !Files.exists(USER.record(name).resolve("start")); i++) {
      USER.type("ps", name).ends(0);
    }
    USER.as("scontrol", "requeue", id).ends(0);
    USER.cluster().await(id, "PENDING");
    assertThat(USER.type("ps", "--json", name).ends(0).out())
        .contains("\"state\" : \"PENDING\"")
        .contains("\"node\" : \"\"")
        .doesNotContain("\"started\"");
    USER.type("cancel", name).ends(0);
    USER.type("wait", name).ends(130);
  }

  @Test
  void aJobWhoseTryFailedSaysSo() {
    String name = USER.submitted("--smoke", "exit 4", image(), "--", "true");
    USER.type("wait", name).ends(130);
    assertThat(USER.type("ps", "-a", name).ends(0).out())
        .contains("the job it waits for ended otherwise");
  }

  @Test
  void aDamagedImageIsRefused() throws IOException {
    Path whole = Files.copy(BusyboxImage.sif(), USER.directory().resolve("whole.sif"));
    Path cut = Files.copy(whole, USER.directory().resolve("cut.sif"));
    try (RandomAccessFile file = new RandomAccessFile(cut.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    Path text = Files.writeString(USER.directory().resolve("text.sif"), "404 not found\n");
    InstalledSkiff.execute("chmod", "a+r", whole.toString(), cut.toString(), text.toString());
    USER.type("submit", "--wait", "whole.sif", "true").ends(0);
    USER.type("submit", "cut.sif", "true").ends(3).complains("cut.sif' is damaged: ");
    USER.type("submit", "text.sif", "true").ends(3).complains("text.sif' is damaged: ");
    USER.type("launch", "cut.sif").ends(3).complains("cut.sif' is damaged: ");
  }

  @Test
  void aRehearsalSaysWhatWouldBeRefusedAndPrintsTheScriptAllTheSame() {
    USER.type("submit", "--dry-run", "nope.sif", "true")
        .ends(0)
        .printsAmongOthers("'nope.sif' 'true'")
        .complains("there is no image '" + USER.directory().resolve("nope.sif"));
    USER.type("submit", "--dry-run", "-t", "90h", image(), "true")
        .ends(0)
        .printsAmongOthers("--time=3-18:00:00")
        .complains("allows at most 30 min");
    Map<String, String> elsewhere = Map.of("SKIFF_ON", "slurm", "PATH", "/nonexistent");
    InstalledSkiff.skiff(
            SlurmUser.WHO, USER.directory(), elsewhere, "submit", "--dry-run", image(), "true")
        .ends(0)
        .printsAmongOthers("#!/bin/bash\n#SBATCH --job-name=");
  }

  @Test
  void whatIsCancelledForOthersIsNotRunAgainAndThatIsSaid() {
    String[] job = {"submit", "-q", "overcap", "--rerun-on", "preempt", "-d", image(), "true"};
    assertThat(USER.type(job).ends(0).err()).doesNotContain("PreemptMode");
    prefer("CANCEL");
    try {
      USER.type(job).ends(0).complains("--rerun-on preempt does nothing in 'overcap'");
    } finally {
      prefer("REQUEUE");
    }
  }

  private void prefer(String mode) {
    String change = "scontrol update PartitionName=overcap PreemptMode=" + mode;
    USER.cluster().as(HostUser.ROOT, USER.directory(), change.split(" ", -1)).ends(0);
  }

  @Test
  void bindsReachTheContainersOfAnOwnScript() throws IOException {
    Path data = Files.createDirectory(USER.directory().resolve("data"));
    Files.writeString(data.resolve("table"), "");
    Path profile =
        Files.writeString(
            USER.directory().resolve("skiff.yaml"),
            "profile: lab\nprofiles:\n  lab: {binds: ['data:/mnt'], priority: low}\n");
    Path script =
        Files.writeString(
            USER.directory().resolve("job.sh"),
            "#!/bin/bash\n%s exec %s sh -c 'ls /mnt /opt; echo $SKIFF_JOB $SKIFF_RESTART_COUNT'\n"
                .formatted(InstalledSkiff.command(), image()));
    InstalledSkiff.execute("chmod", "-R", "a+rX", data + "", profile + "", script + "");
    USER.type("submit", "--wait", "-N", "own", "-B", data + ":/opt", "job.sh").ends(0);
    USER.type("logs", "--stdout", "own").prints("/mnt:\ntable\n\n/opt:\ntable\nown 0\n");
    USER.type("submit", "--dry-run", "job.sh").ends(0).printsAmongOthers("#SBATCH --nice=10000\n");
    USER.type("submit", "--dry-run", "-p", "normal", "job.sh").ends(0);
  }
}
