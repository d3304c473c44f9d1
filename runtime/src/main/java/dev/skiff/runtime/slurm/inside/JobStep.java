package dev.skiff.runtime.slurm.inside;

import dev.skiff.runtime.slurm.explain.SlurmJobId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A step of `srun` beside a job that runs, which shares what the job has.
///
/// @param words the program and its arguments
/// @param environment all of it
public record JobStep(List<String> words, Map<String, String> environment) {

  /// Whether the step has a terminal of its own.
  public enum Screen {
    TERMINAL,
    NONE
  }

  /// Where a step runs.
  ///
  /// @param srun the program
  /// @param job Slurm's number, of a task the one that it has for itself
  /// @param node one of the job's; empty for its first
  public record Place(Path srun, SlurmJobId job, String node) {}

  public JobStep {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /// Becomes a command in the job's container.
  ///
  /// @param patience how long the container may take to appear
  /// @param command empty for a shell
  /// @param caller the caller's environment
  public static JobStep joining(
      Place place,
      Screen screen,
      Duration patience,
      List<String> command,
      Map<String, String> caller) {
    List<String> words = started(place, "--nodes=1");
    if (screen == Screen.TERMINAL) {
      words.add("--pty");
    }
    words.addAll(List.of("perl", "-e", text("join.pl"), place.job().job()));
    words.add(Long.toString(patience.toSeconds()));
    words.add(screen == Screen.TERMINAL ? caller.getOrDefault("TERM", "dumb") : "");
    words.addAll(command.isEmpty() ? shell() : command);
    return new JobStep(words, cleaned(caller));
  }

  /// Prints measurements of every node of the job, which `UsageText` reads.
  ///
  /// @param pause between two
  /// @param times how many; 0 for as long as the job runs
  public static JobStep measuring(
      Place place, Duration pause, int times, Map<String, String> caller) {
    List<String> words = started(place, "--ntasks-per-node=1");
    words.add("--export=ALL,SKIFF_MEASURE=1");
    words.addAll(List.of("sh", "-c", text("measure.sh"), "sh", place.job().job()));
    words.add(Long.toString(Math.max(1, pause.toSeconds())));
    words.add(Integer.toString(times));
    return new JobStep(words, cleaned(caller));
  }

  /// `--overlap` shares processors, memory and GPUs with what runs there.
  private static List<String> started(Place place, String spread) {
    List<String> words = new ArrayList<>();
    words.add(place.srun().toString());
    words.add("--jobid=" + place.job().job());
    words.addAll(List.of("--overlap", "--quiet", spread));
    if (spread.equals("--nodes=1")) {
      words.add("--ntasks=1");
    }
    if (!place.node().isEmpty()) {
      words.add("--nodelist=" + place.node());
    }
    return words;
  }

  private static List<String> shell() {
    return List.of(
        "/bin/sh", "-c", "if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi");
  }

  /// Options of srun that the caller's own job or habits put into variables are not this step's.
  private static Map<String, String> cleaned(Map<String, String> caller) {
    Map<String, String> kept = new TreeMap<>(caller);
    kept.keySet()
        .removeIf(name ->
            (name.startsWith("SLURM_") && !name.equals("SLURM_CONF"))
                || name.startsWith("SBATCH_")
                || name.startsWith("SALLOC_")
                || name.startsWith("SRUN_"));
    return kept;
  }

  private static String text(String name) {
    try (InputStream in = JobStep.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
