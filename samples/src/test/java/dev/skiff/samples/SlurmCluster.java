package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A real Slurm on this machine, with two nodes, four partitions and made-up GPUs; what it looks
/// like is told at the top of `etc/test/slurm-up.sh`, which starts it within two seconds.
///
/// Root's cluster runs the jobs of all users; that of an ordinary user serves this user alone.
final class SlurmCluster implements AutoCloseable {

  private static final Path SCRIPT = Path.of("../etc/test/slurm-up.sh").toAbsolutePath();

  private final HostUser owner;
  private final Path home;
  private final Thread onExit = new Thread(this::down);

  private SlurmCluster(HostUser owner, Path home) {
    this.owner = owner;
    this.home = home;
  }

  /// Starts one, or skips the test and says why.
  ///
  /// @param options those of the script, such as `--min-job-age 2` or `--accounting`
  static SlurmCluster startOrSkip(HostUser owner, String... options) {
    owner.orSkip();
    installed("munged", "munge");
    installed("slurmctld", "slurm-wlm");
    installed("slurmd", "slurm-wlm");
    if (List.of(options).contains("--accounting")) {
      installed("slurmdbd", "slurmdbd slurm-wlm-mysql-plugin");
      installed("mariadbd", "mariadb-server");
    }
    SlurmCluster cluster = new SlurmCluster(owner, InstalledSkiff.directoryOf(owner));
    cluster.up(List.of(options));
    return cluster;
  }

  private static void installed(String program, String packages) {
    boolean there =
        Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    assumeTrue(there, "%s is not installed (Debian: %s)".formatted(program, packages));
  }

  private void up(List<String> options) {
    Runtime.getRuntime().addShutdownHook(onExit);
    List<String> words = new ArrayList<>(List.of("up", home.resolve("cluster").toString()));
    words.addAll(options);
    script(words).ends(0);
  }

  /// What a command needs in its environment to talk to this cluster.
  Map<String, String> environment() {
    return Map.of("SLURM_CONF", home.resolve("cluster/etc/slurm.conf").toString());
  }

  /// The same, with records of jobs in a directory of a test's own.
  Map<String, String> environment(Path directory) {
    Map<String, String> variables = new TreeMap<>(environment());
    variables.put("XDG_STATE_HOME", directory.resolve("state").toString());
    return variables;
  }

  /// What a batch script prints that is submitted with sbatch alone.
  String alone(HostUser user, Path directory, Path script) {
    as(user, directory, "sbatch", "--wait", "-o", "alone.txt", script.toString()).ends(0);
    try {
      return Files.readString(directory.resolve("alone.txt"));
    } catch (IOException e) {
      throw new AssertionError("no output", e);
    }
  }

  /// `skiff WORDS...` as a user of this cluster.
  Outcome skiff(HostUser user, Path directory, String... words) {
    return InstalledSkiff.skiff(user, directory, environment(), words);
  }

  /// Any command as a user of this cluster, such as `srun` or `squeue`.
  Outcome as(HostUser user, Path directory, String... words) {
    return InstalledSkiff.as(user, directory, environment(), "", List.of(words));
  }

  /// Any command as a user of this cluster, with more in its environment and with an input.
  Outcome as(
      HostUser user, Path directory, Map<String, String> more, String input, List<String> words) {
    Map<String, String> variables = new TreeMap<>(environment());
    variables.putAll(more);
    return InstalledSkiff.as(user, directory, variables, input, words);
  }

  /// A batch job that runs a line of shell, submitted as the user.
  ///
  /// @param options those of sbatch
  /// @return its number
  String submit(HostUser user, Path directory, String line, String... options) {
    List<String> words = new ArrayList<>(List.of("sbatch", "--parsable", "--output=%j.log"));
    words.addAll(List.of(options));
    words.add("--wrap=" + line);
    return as(user, directory, words.toArray(String[]::new)).ends(0).out().strip();
  }

  /// Waits until `squeue` shows this state of the job; an empty one means that it is gone from
  /// there.
  void await(String job, String state) {
    awaitShown(job, "%T", state);
  }

  /// Waits until `squeue` shows this reason of a job that waits: the scheduler finds it in its next
  /// turn only, which may be seconds after the submission.
  void awaitReason(String job, String reason) {
    awaitShown(job, "%r", reason);
  }

  /// Waits until nothing runs in a job but its batch script.
  void awaitNoStep(String job) {
    String seen = "never asked";
    for (int attempt = 0; attempt < 200; attempt++) {
      seen = as(owner, home, "squeue", "--steps", "-h", "-o", "%i", "-j", job).out();
      if (seen.lines().noneMatch(step -> step.strip().matches("\\d+\\.\\d+"))) {
        return;
      }
      pause();
    }
    assertThat(seen).as("steps of job %s", job).isEmpty();
  }

  private void awaitShown(String job, String format, String awaited) {
    List<String> words = List.of("squeue", "-h", "--states=all", "-o", format, "-j", job);
    String seen = "never asked";
    for (int attempt = 0; attempt < 600; attempt++) {
      seen = as(owner, home, words.toArray(String[]::new)).out().strip();
      if (seen.equals(awaited)) {
        return;
      }
      pause();
    }
    assertThat(seen).as("%s of job %s", format, job).isEqualTo(awaited);
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /// Sends a signal to one of the daemons that this cluster started.
  void signal(String daemon, String signal) {
    try {
      String pid = Files.readString(home.resolve("cluster/run/" + daemon + ".pid")).strip();
      execute("kill", "-" + signal, pid);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome script(List<String> words) {
    try {
      Path copy = home.resolve("slurm-up.sh");
      Files.copy(SCRIPT, copy, StandardCopyOption.REPLACE_EXISTING);
      execute("chmod", "755", copy.toString());
      List<String> command = new ArrayList<>(List.of(copy.toString()));
      command.addAll(words);
      return InstalledSkiff.as(owner, home, Map.of(), "", command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void down() {
    script(List.of("down", home.resolve("cluster").toString()));
  }

  /// What still runs would go on without its cluster, in containers that later tests see.
  private void endAllJobs() {
    String asked = "";
    for (int attempt = 0; attempt < 200; attempt++) {
      List<String> left = asked("squeue", "-h", "-o", "%A").out().lines().distinct().toList();
      if (left.isEmpty()) {
        return;
      }
      if (!asked.equals(left.toString())) {
        asked = left.toString();
        List<String> words = new ArrayList<>(List.of("scancel"));
        words.addAll(left);
        Outcome _ = asked(words.toArray(String[]::new));
      }
      pause();
    }
  }

  /// A test may have stopped the daemon that answers.
  private Outcome asked(String... words) {
    List<String> command = new ArrayList<>(List.of("timeout", "10"));
    command.addAll(List.of(words));
    return as(owner, home, command.toArray(String[]::new));
  }

  @Override
  public void close() {
    endAllJobs();
    down();
    Runtime.getRuntime().removeShutdownHook(onExit);
    execute("rm", "-rf", home.toString());
  }
}
