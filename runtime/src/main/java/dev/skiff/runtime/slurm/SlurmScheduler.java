package dev.skiff.runtime.slurm;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.schedule.JobPlan;
import dev.skiff.runtime.job.schedule.LiveJobs;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.job.script.JobScript;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// Slurm, through `sbatch`, `squeue`, `scontrol`, `sacct` and `scancel`.
public final class SlurmScheduler implements Scheduler {

  public static final String BACKEND = "slurm";

  private static final Duration PATIENCE_TO_SUBMIT = Duration.ofSeconds(60);

  private final SlurmCommand command;
  private final Map<String, String> caller;
  private final Path skiff;
  private Optional<ClusterConfig> config = Optional.empty();
  private boolean isAsked;

  /// The cluster that the caller's environment names.
  ///
  /// @param caller the caller's own environment
  /// @param skiff the launcher, as the nodes see it
  public SlurmScheduler(Map<String, String> caller, Path skiff) {
    this.command = SlurmCommand.of(caller);
    this.caller = Map.copyOf(caller);
    this.skiff = skiff;
  }

  @Override
  public String backend() {
    return BACKEND;
  }

  @Override
  public JobPlan plan(JobRequest request, Path record) {
    String script =
        JobScript.of(request, SlurmDirectives.of(request, bareEnvironment()), record, skiff);
    List<String> words = new ArrayList<>(List.of("sbatch", "--parsable"));
    words.addAll(outputs(request, record));
    return new JobPlan(request, words, environment(request), script, List.of());
  }

  @Override
  public String cluster() {
    return config().map(ClusterConfig::name).orElse("");
  }

  /// Asked once; not known where nobody answers.
  private Optional<ClusterConfig> config() {
    if (!isAsked) {
      isAsked = true;
      config = ClusterConfig.read(command);
    }
    return config;
  }

  /// How sbatch is told to pass nothing on. For `NONE` Slurm makes the environment of a fresh
  /// login, which its daemons can only as root: those of a user's own cluster leave it out, or,
  /// from 26.05 on, do not start the job. Such a cluster is always named by `SLURM_CONF`.
  private String bareEnvironment() {
    boolean own =
        !caller.getOrDefault("SLURM_CONF", "").isEmpty()
            && config().map(ClusterConfig::servesOneUser).orElse(false);
    return own ? "NIL" : "NONE";
  }

  /// Where the output goes is no part of the script, which also runs where there is no record.
  private static List<String> outputs(JobRequest request, Path record) {
    JobOutput output = request.output();
    if (output.out().isEmpty() && request.workload() instanceof Workload.Script script) {
      boolean own =
          script.directives().stream()
              .anyMatch(line -> line.matches("(--output|--error)[= ].*|-[oe].*"));
      if (own) {
        return List.of();
      }
    }
    String task = request.array().isPresent() ? "-%a" : "";
    String folder = record.toString().replace("%", "%%");
    List<String> words = new ArrayList<>();
    if (output.out().isEmpty()) {
      words.add("--output=" + folder + "/log" + task);
      words.add("--error=" + folder + "/log.err" + task);
    } else {
      words.add("--output=" + output.out());
    }
    if (!output.err().isEmpty()) {
      words.removeIf(word -> word.startsWith("--error="));
      words.add("--error=" + output.err());
    }
    return words;
  }

  /// What sbatch reads besides the script. A script of the user's own gets the caller's variables,
  /// as sbatch does it; a container gets those of a fresh login.
  private SortedMap<String, String> environment(JobRequest request) {
    SortedMap<String, String> environment = new TreeMap<>();
    if (request.workload() instanceof Workload.Script) {
      caller.forEach((name, value) -> {
        if (!name.startsWith("SLURM_") && !name.startsWith("SBATCH_")) {
          environment.put(name, value);
        }
      });
    }
    keep(environment, "SBATCH_ACCOUNT", request.placement().account());
    keep(environment, "SBATCH_PARTITION", String.join(",", request.placement().queues()));
    keep(environment, "SBATCH_QOS", request.placement().quality());
    keep(environment, "SBATCH_RESERVATION", request.placement().reservation());
    return environment;
  }

  /// The user's default, unless this job says otherwise: sbatch puts it before the script's lines.
  private void keep(SortedMap<String, String> environment, String name, String asked) {
    String value = caller.getOrDefault(name, "");
    if (asked.isEmpty() && !value.isEmpty()) {
      environment.put(name, value);
    }
  }

  @Override
  public String submit(JobPlan plan) {
    String name = plan.request().name().text();
    SlurmAnswer answer =
        command.with(plan.environment()).run(plan.command(), plan.script(), PATIENCE_TO_SUBMIT);
    return switch (answer) {
      case SlurmAnswer.Done(String out, String _) -> id(name, out.strip());
      case SlurmAnswer.Refused(int _, String words) ->
          throw SlurmProblems.refused(name, words, new SlurmRefusal(command, user()).fix(words));
      case SlurmAnswer.Unreachable(String why) ->
          throw SlurmProblems.unreachableFor("cannot submit the job '%s'".formatted(name), why);
    };
  }

  /// `123` or `123;cluster`.
  private static String id(String name, String text) {
    String last = text.substring(text.lastIndexOf('\n') + 1);
    int semicolon = last.indexOf(';');
    String id = semicolon < 0 ? last : last.substring(0, semicolon);
    if (!id.matches("[0-9]{1,12}")) {
      throw SlurmProblems.unreachableFor(
          "cannot tell the number of the job '%s'".formatted(name),
          "sbatch printed '%s', which is none".formatted(text));
    }
    return id;
  }

  @Override
  public LiveJobs live(List<JobRecord> records) {
    return new SlurmLive(command, user(), this::cluster).look(records);
  }

  private static String user() {
    return System.getProperty("user.name", "");
  }

  @Override
  public void cancel(JobRecord record, OptionalInt task, String signal) {
    String id = record.nativeId();
    if (id.isEmpty()) {
      throw new ProblemException(
          new Problem(
              "cannot cancel '%s'".formatted(record.name()),
              "its submission was interrupted, and Slurm's number for it is not known",
              "look for it with: skiff ps, then try again"),
          ExitCode.PROBLEM);
    }
    if (!counts(record)) {
      throw SlurmProblems.elsewhere(
          "cannot cancel '%s' from here".formatted(record.name()), record, cluster());
    }
    scancel(record.name().text(), task.isPresent() ? id + "_" + task.getAsInt() : id, signal);
  }

  /// Cancels a job that no record tells of. Slurm's own command says nothing of unknown numbers.
  public void cancelUnrecorded(String id) {
    String what = "cannot cancel 'slurm:%s'".formatted(id);
    switch (command.ask("squeue", "-h", "-j", id, "-o", "%T")) {
      case SlurmAnswer.Done(String out, String _) when !out.isBlank() ->
          scancel("slurm:" + id, id, "");
      case SlurmAnswer.Unreachable(String why) -> throw SlurmProblems.unreachableFor(what, why);
      case SlurmAnswer.Done _, SlurmAnswer.Refused _ ->
          throw new ProblemException(
              new Problem(
                  what, "Slurm knows no such job, or it has ended", "see yours with: skiff ps -a"));
    }
  }

  private void scancel(String name, String id, String signal) {
    List<String> words = new ArrayList<>(List.of("scancel"));
    if (signal.equals("KILL")) {
      words.add("--signal=KILL");
      words.add("--full");
    } else if (!signal.isEmpty() && !signal.equals("TERM")) {
      words.add("--signal=" + signal);
      words.add("--batch"); // to the waiter, which passes it on once
    }
    words.add(id);
    switch (command.run(words, "", SlurmCommand.PATIENCE)) {
      case SlurmAnswer.Done _ -> {}
      case SlurmAnswer.Refused(int _, String said) -> throw SlurmProblems.notCancelled(name, said);
      case SlurmAnswer.Unreachable(String why) ->
          throw SlurmProblems.unreachableFor("cannot cancel '%s'".formatted(name), why);
    }
  }
}
