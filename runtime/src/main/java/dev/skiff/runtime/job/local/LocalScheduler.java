package dev.skiff.runtime.job.local;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.Dependency;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobStore;
import dev.skiff.runtime.job.record.RunFiles;
import dev.skiff.runtime.job.schedule.JobPlan;
import dev.skiff.runtime.job.schedule.LiveJobs;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.job.script.JobScript;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// This machine. A job is a session of its own, led by the shell that waits for the payload; arrays
/// and jobs that wait for others have one more shell, which starts them when their turn comes.
public final class LocalScheduler implements Scheduler {

  public static final String BACKEND = "local";

  private static final List<String> OF_A_LOGIN =
      List.of(
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "LANG",
          "TMPDIR",
          "XDG_RUNTIME_DIR",
          "XDG_STATE_HOME");

  private final JobStore store;
  private final Map<String, String> caller;
  private final Path skiff;
  private final String host;

  /// Runs jobs beside the caller.
  ///
  /// @param caller the caller's own environment
  /// @param host this machine's name
  public LocalScheduler(JobStore store, Map<String, String> caller, Path skiff, String host) {
    this.store = store;
    this.caller = Map.copyOf(caller);
    this.skiff = skiff;
    this.host = host;
  }

  @Override
  public String backend() {
    return BACKEND;
  }

  @Override
  public JobPlan plan(JobRequest request, Path record) {
    if (request.resources().tasks() > 1 || request.resources().nodes() > 1) {
      throw refused(
          request,
          "this machine is one node, and starts one task",
          "leave --tasks and --nodes out, or submit with --on slurm");
    }
    String script = JobScript.of(plain(request), List.of(), record, skiff);
    List<String> command = new ArrayList<>(List.of("setsid", "bash"));
    if (request.array().isEmpty() && request.after().isEmpty()) {
      command.add(record.resolve("script").toString());
    } else {
      command.add(record.resolve("queue").toString());
      command.add(record.toString());
      int processors = Runtime.getRuntime().availableProcessors();
      int atOnce = request.array().map(array -> array.atOnce()).orElse(1);
      command.add(Integer.toString(atOnce == 0 ? processors : Math.min(atOnce, processors)));
      request.after().forEach(one -> command.add(awaited(request, one)));
      command.add("--");
      request
          .array()
          .ifPresent(array -> array.indices().forEach(task -> command.add(Integer.toString(task))));
    }
    return new JobPlan(request, command, environment(request), script, List.of());
  }

  /// `WHEN:PID:RECORD` of a job that is waited for.
  private String awaited(JobRequest request, Dependency dependency) {
    JobRecord other = store.find(dependency.job()).record();
    if (!other.backend().equals(BACKEND)) {
      throw refused(
          request,
          "'%s' runs on %s, whose end nobody here is told of"
              .formatted(dependency.job(), other.backend()),
          "submit both to the same scheduler");
    }
    return dependency.when()
        + ":"
        + other.nativeId().split(" ", 2)[0]
        + ":"
        + store.directory(other.name());
  }

  /// Without srun, which is Slurm's.
  private static JobRequest plain(JobRequest request) {
    var asked = request.resources();
    return request.with(
        new dev.skiff.runtime.job.Resources(
            asked.cpus(), asked.memoryMegabytes(), asked.gpus(), asked.gpuType(), 0, 0));
  }

  private static ProblemException refused(JobRequest request, String why, String fix) {
    return new ProblemException(
        new Problem("cannot run the job '%s' on this machine".formatted(request.name()), why, fix),
        ExitCode.REFUSED);
  }

  private SortedMap<String, String> environment(JobRequest request) {
    if (request.workload() instanceof Workload.Script) {
      return new TreeMap<>(caller);
    }
    SortedMap<String, String> environment = new TreeMap<>();
    for (String name : OF_A_LOGIN) {
      String value = caller.get(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
    return environment;
  }

  @Override
  public String submit(JobPlan plan) {
    JobRequest request = plan.request();
    Path record = store.directory(request.name());
    if (plan.command().size() > 3) {
      JobStore.writeFile(record.resolve("queue"), JobScript.resource("queue.sh"));
    }
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(plan.command()));
    builder.directory(new File("/"));
    builder.environment().clear();
    builder.environment().putAll(plan.environment());
    builder.redirectInput(new File("/dev/null"));
    boolean array = request.array().isPresent();
    String out =
        array ? "/dev/null" : output(request, request.output().out(), record.resolve("log"));
    String err = request.output().err();
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(out)));
    if (err.isEmpty() && !request.output().out().isEmpty()) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(
          ProcessBuilder.Redirect.appendTo(
              new File(array ? "/dev/null" : output(request, err, record.resolve("log.err")))));
    }
    try {
      long pid = builder.start().pid();
      return pid + " " + LocalProcess.startOf(pid);
    } catch (IOException e) {
      throw refused(
          request,
          String.valueOf(e.getMessage()),
          "see whether setsid and bash are installed, and the output's folder exists");
    }
  }

  /// Slurm's patterns, as far as they mean anything here.
  private static String output(JobRequest request, String pattern, Path inRecord) {
    if (pattern.isEmpty()) {
      return inRecord.toString();
    }
    String name = request.name().text();
    String text = pattern.replace("%x", name).replace("%j", name).replace("%A", name);
    return request.directory().resolve(text.replace("%%", "%")).toString();
  }

  @Override
  public LiveJobs live(List<JobRecord> records) {
    Map<LiveJobs.Key, JobStatus> found = new LinkedHashMap<>();
    for (JobRecord record : records) {
      if (!record.host().equals(host)) {
        found.put(
            new LiveJobs.Key(record.name(), OptionalInt.empty()),
            JobStatus.of(
                JobState.RUNNING, "on %s, where alone it can be seen".formatted(record.host())));
      } else if (LocalProcess.isAlive(record.nativeId())) {
        addAlive(record, found);
      }
    }
    return new LiveJobs(found, Map.of(), Map.of(), Optional.empty());
  }

  private void addAlive(JobRecord record, Map<LiveJobs.Key, JobStatus> found) {
    List<OptionalInt> tasks =
        record
            .request()
            .array()
            .map(array -> array.indices().stream().map(OptionalInt::of).toList())
            .orElseGet(() -> List.of(OptionalInt.empty()));
    for (OptionalInt task : tasks) {
      boolean started = Files.exists(store.files(record, task).start());
      String reason =
          record.request().after().isEmpty() ? "waits for its turn" : "waits for another job";
      JobStatus status =
          started
              ? JobStatus.of(JobState.RUNNING, "")
              : JobStatus.of(
                  record.request().array().isEmpty() && record.request().after().isEmpty()
                      ? JobState.STARTING
                      : JobState.PENDING,
                  reason);
      found.put(new LiveJobs.Key(record.name(), task), status);
    }
  }

  @Override
  public void cancel(JobRecord record, OptionalInt task, String signal) {
    if (!record.host().equals(host)) {
      throw new ProblemException(
          new Problem(
              "cannot cancel '%s' from here".formatted(record.name()),
              "it runs on %s".formatted(record.host()),
              "cancel it there: ssh %s skiff cancel %s".formatted(record.host(), record.name())));
    }
    Optional<Map<String, String>> start = RunFiles.fields(store.files(record, task).start());
    String word = signal.isEmpty() ? "TERM" : signal;
    if (word.equals("KILL")) {
      start.ifPresent(fields -> LocalProcess.signal("KILL", "-" + fields.getOrDefault("pid", "")));
    } else if (task.isPresent()) {
      start.ifPresent(fields -> LocalProcess.signal(word, fields.getOrDefault("waiter", "")));
    } else if (LocalProcess.isAlive(record.nativeId())) {
      LocalProcess.signal(word, record.nativeId().split(" ", 2)[0]);
    }
  }
}
