package dev.skiff.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/// What can be asked of a job, in the words of every command that makes one. Nothing is read yet.
final class JobOptions {

  @ArgGroup(validate = false, heading = "%nWhat it needs:%n")
  Needs needs = new Needs();

  @ArgGroup(validate = false, heading = "%nWhere and when:%n")
  Place place = new Place();

  @ArgGroup(validate = false, heading = "%nHow long, and what then:%n")
  Time time = new Time();

  @ArgGroup(validate = false, heading = "%nThe container:%n")
  Container container = new Container();

  /// Processors, memory, GPUs.
  static final class Needs {
    @Option(
        names = {"-c", "--cpus"},
        paramLabel = "N",
        description = "Processors.")
    int cpus;

    @Option(
        names = {"-m", "--mem"},
        paramLabel = "N[G|M]",
        description = "Memory; gigabytes if no unit is said.")
    String memory = "";

    @Option(
        names = {"-g", "--gpus"},
        paramLabel = "[TYPE:]N",
        description = "GPUs on each node, such as 1 or a40:2.")
    String gpus = "";

    @Option(
        names = {"-v", "--gpu-type"},
        paramLabel = "TYPE",
        description = "The type of GPU.")
    String gpuType = "";

    @Option(names = "--nodes", paramLabel = "N", description = "Machines.")
    int nodes;

    @Option(
        names = "--tasks",
        paramLabel = "N",
        description = "Start the command N times, by srun, on all nodes together.")
    int tasks;

    @Option(
        names = "--slurm",
        parameterConsumer = VerbatimWord.class,
        paramLabel = "'OPTIONS'",
        description = "More options of sbatch, such as '--exclusive --mail-type=END'.")
    List<String> slurm = List.of();
  }

  /// Queue, account, order.
  static final class Place {
    @Option(
        names = "--on",
        paramLabel = "WHERE",
        description = "slurm or local (default: slurm where it is installed).")
    String on = "";

    @Option(
        names = "--profile",
        paramLabel = "NAME",
        description = "The site's defaults, from skiff.yaml (default: its setting 'profile').")
    String profile = "";

    @Option(
        names = {"-q", "--queue", "--partition"},
        paramLabel = "NAME",
        split = ",",
        description = "Partition; of several, the first that has room.")
    List<String> queues = List.of();

    @Option(
        names = {"-n", "--node"},
        paramLabel = "NAME",
        description = "The machine it must run on.")
    String node = "";

    @Option(
        names = "--constraint",
        paramLabel = "FEATURES",
        description = "What the node must have, such as 'a40|rtx_6000'.")
    String constraint = "";

    @Option(
        names = {"-p", "--priority"},
        paramLabel = "WORD",
        description = "low, normal, or a name of the site's (on Slurm a QoS).")
    String priority = "";

    @Option(names = "--qos", paramLabel = "NAME", description = "Quality of service.")
    String quality = "";

    @Option(
        names = {"-A", "--account"},
        paramLabel = "NAME",
        description = "Who is charged.")
    String account = "";

    @Option(names = "--reservation", paramLabel = "NAME", description = "Within which it runs.")
    String reservation = "";

    @Option(
        names = "--after",
        paramLabel = "JOB[:ok|any|fail]",
        description = "Start when that job has ended so (default: ok).")
    List<String> after = List.of();

    @Option(
        names = "--array",
        paramLabel = "0-9[%4]",
        description = "Many tasks; at most 4 at once. Each sees SLURM_ARRAY_TASK_ID.")
    String array = "";
  }

  /// Limits.
  static final class Time {
    @Option(
        names = {"-t", "--time"},
        paramLabel = "TIME",
        description = "Time limit: 6h, 45m, 1-00:00:00.")
    String time = "";

    @Option(
        names = "--warn",
        paramLabel = "TIME[:SIGNAL]",
        description = "Signal (default: USR1) this long before the limit, to write a checkpoint.")
    String warn = "";

    @Option(
        names = "--grace",
        paramLabel = "TIME",
        description = "From SIGTERM to SIGKILL, where that is ours to say (default: 30s).")
    String grace = "";

    @Option(
        names = "--rerun-on",
        paramLabel = "WHAT",
        split = ",",
        description = "Run it again after timeout, preempt; SKIFF_RESTART_COUNT tells it.")
    List<String> rerunOn = List.of();

    @Option(
        names = "--mail",
        paramLabel = "WHO[:WHEN,...]",
        description = "Who gets mail of Slurm's, at its end or what is said, such as begin,end.")
    String mail = "";

    @Option(names = "--retries", paramLabel = "N", description = "At most so often (default: 10).")
    int retries = 10;
  }

  /// What `skiff exec` gets.
  static final class Container {
    @Option(
        names = {"-i", "--image"},
        paramLabel = "IMAGE",
        description = "The image, instead of the first word.")
    String image = "";

    @Option(
        names = {"-B", "--bind"},
        paramLabel = "SOURCE[:TARGET[:ro]]",
        description = "Make a path of the host visible.")
    List<String> binds = List.of();

    @Option(
        names = {"-W", "--workdir"},
        paramLabel = "DIR",
        description = "Where it starts (default: here).")
    String directory = "";

    @Option(
        names = {"-e", "--env"},
        paramLabel = "NAME[=VALUE]",
        description = "A variable of the job; without a value, the caller's.")
    List<String> environment = List.of();

    void addVariable(String variable) {
      List<String> variables = new ArrayList<>(environment);
      variables.add(variable);
      environment = variables;
    }

    @Option(
        names = "--export-prefix",
        paramLabel = "PREFIX",
        description = "Variables that begin so, without the prefix.")
    String exportPrefix = "";

    @Option(names = "--nv", description = "NVIDIA GPUs (implied by -g).")
    boolean nvidia;

    @Option(names = "--rocm", description = "AMD GPUs.")
    boolean amd;

    @Option(
        names = "--exec",
        paramLabel = "'OPTIONS'",
        description = "More options of skiff exec, such as '-C --overlay data.img'.")
    List<String> exec = List.of();
  }
}
