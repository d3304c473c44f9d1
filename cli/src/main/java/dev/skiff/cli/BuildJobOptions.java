package dev.skiff.cli;

import java.util.List;
import picocli.CommandLine.Option;

/// What can be asked of the job in which a build runs.
final class BuildJobOptions {

  @Option(
      names = "--on",
      paramLabel = "WHERE",
      description = "Build in a job on slurm, and follow it; ended with Ctrl-C (default: here).")
  private String on = "";

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "With --on: the site's defaults, from skiff.yaml.")
  private String profile = "";

  @Option(
      names = {"-c", "--cpus"},
      paramLabel = "N",
      description = "With --on: processors.")
  private int cpus;

  @Option(
      names = {"-m", "--mem"},
      paramLabel = "N[G|M]",
      description = "With --on: memory; gigabytes if no unit is said.")
  private String memory = "";

  @Option(
      names = {"-t", "--time"},
      paramLabel = "TIME",
      description = "With --on: time limit, such as 2h.")
  private String time = "";

  @Option(
      names = {"-q", "--queue", "--partition"},
      paramLabel = "NAME",
      split = ",",
      description = "With --on: partition.")
  private List<String> queues = List.of();

  @Option(
      names = {"-A", "--account"},
      paramLabel = "NAME",
      description = "With --on: who is charged.")
  private String account = "";

  @Option(
      names = "--slurm",
      parameterConsumer = VerbatimWord.class,
      paramLabel = "'OPTIONS'",
      description = "With --on slurm: more options of sbatch.")
  private List<String> slurm = List.of();

  /// Whether the build runs elsewhere.
  boolean isAsked() {
    return !on.isEmpty();
  }

  /// The words of `skiff submit` that ask for the same.
  List<String> words() {
    return new JobWords()
        .add("--on", on)
        .add("--profile", profile)
        .add("--cpus", cpus == 0 ? "" : Integer.toString(cpus))
        .add("--mem", memory)
        .add("--time", time)
        .add("--queue", String.join(",", queues))
        .add("--account", account)
        .addAll("--slurm", slurm)
        .words();
  }
}
