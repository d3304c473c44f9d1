package dev.skiff.runtime.job.schedule;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobStore;
import dev.skiff.runtime.job.record.RunFiles;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// Tells how jobs are. The exit file that a run leaves in its record is the truth; where there is
/// none the scheduler is asked, once for all jobs, and what it last said of the end is written
/// down, for it forgets.
public final class JobWatch {

  private final JobStore store;
  private final Map<String, Scheduler> schedulers;
  private final Map<String, Problem> troubles = new LinkedHashMap<>();
  private final UnmetDependency unmet;

  /// Looks into the records of one store.
  ///
  /// @param schedulers by their words in records
  public JobWatch(JobStore store, Map<String, Scheduler> schedulers) {
    this.store = store;
    this.schedulers = Map.copyOf(schedulers);
    this.unmet = new UnmetDependency(store, this::ended);
  }

  /// Why schedulers could not be asked the last time, for a person.
  public List<Problem> troubles() {
    return List.copyOf(troubles.values());
  }

  /// How these jobs are, in their order.
  public List<JobReport> look(List<JobRecord> records) {
    Map<JobName, Map<OptionalInt, JobStatus>> ended = new LinkedHashMap<>();
    Map<String, List<JobRecord>> open = new LinkedHashMap<>();
    for (JobRecord record : records) {
      Map<OptionalInt, JobStatus> known = new LinkedHashMap<>();
      for (OptionalInt task : tasks(record)) {
        fromFiles(store.files(record, task)).ifPresent(status -> known.put(task, status));
      }
      ended.put(record.name(), known);
      if (known.size() < tasks(record).size()) {
        open.computeIfAbsent(record.backend(), _ -> new ArrayList<>()).add(record);
      }
    }
    troubles.clear();
    Map<String, LiveJobs> live = new LinkedHashMap<>();
    open.forEach((backend, jobs) -> live.put(backend, ask(backend, jobs)));
    return records.stream()
        .map(record -> numbered(record, live.get(record.backend())))
        .map(record ->
            report(record, ended.getOrDefault(record.name(), Map.of()), live.get(record.backend())))
        .toList();
  }

  /// How one job is as far as its record tells, without asking anybody; empty while it is open.
  public Optional<JobStatus> ended(JobRecord record, OptionalInt task) {
    return fromFiles(store.files(record, task));
  }

  private LiveJobs ask(String backend, List<JobRecord> jobs) {
    Scheduler scheduler = schedulers.get(backend);
    LiveJobs answer =
        scheduler == null
            ? LiveJobs.unknown(
                new Problem(
                    "cannot ask for the jobs on '%s'".formatted(backend),
                    "this skiff knows no such scheduler",
                    "use the version of skiff that submitted them"))
            : scheduler.live(jobs);
    answer.trouble().ifPresent(trouble -> troubles.put(backend, trouble));
    for (JobRecord job : jobs) {
      String id = answer.adopted().get(job.name());
      if (id != null) {
        store.update(job.submittedAs(id, scheduler == null ? "" : scheduler.cluster()));
      }
    }
    return answer;
  }

  /// With the number that the scheduler was just found to have for it.
  private static JobRecord numbered(
      JobRecord record, @org.jspecify.annotations.Nullable LiveJobs live) {
    String id = live == null ? null : live.adopted().get(record.name());
    return id == null ? record : record.submittedAs(id, record.cluster());
  }

  private static List<OptionalInt> tasks(JobRecord record) {
    return record
        .request()
        .array()
        .map(array -> array.indices().stream().map(OptionalInt::of).toList())
        .orElseGet(() -> List.of(OptionalInt.empty()));
  }

  private JobReport report(
      JobRecord record,
      Map<OptionalInt, JobStatus> ended,
      @org.jspecify.annotations.Nullable LiveJobs live) {
    SortedMap<Integer, JobStatus> tasks = new TreeMap<>();
    JobStatus single = JobStatus.of(JobState.LOST, "");
    for (OptionalInt task : tasks(record)) {
      JobStatus known = ended.get(task);
      JobStatus status =
          known != null || live == null
              ? (known == null ? single : known)
              : withoutExit(record, task, live);
      if (task.isPresent()) {
        tasks.put(task.getAsInt(), status);
      } else {
        single = status;
      }
    }
    return tasks.isEmpty()
        ? new JobReport(record, single, tasks)
        : JobReport.ofArray(record, tasks);
  }

  private JobStatus withoutExit(JobRecord record, OptionalInt task, LiveJobs live) {
    RunFiles files = store.files(record, task);
    Optional<Map<String, String>> start = RunFiles.fields(files.start());
    JobStatus said = live.found().get(new LiveJobs.Key(record.name(), task));
    String cluster = live.elsewhere().get(record.name());
    if (said == null && (cluster != null || live.trouble().isPresent())) {
      return withStart(
          JobStatus.of(
              start.isPresent() ? JobState.RUNNING : JobState.PENDING,
              cluster == null
                  ? "as far as its record tells"
                  : "as far as its record tells; it is on the cluster '%s'".formatted(cluster)),
          start);
    }
    if (said == null || said.state().isFinal()) { // it may have ended while the scheduler was asked
      Optional<JobStatus> ended = fromFiles(files);
      if (ended.isPresent()) {
        return ended.get();
      }
    }
    if (said == null) {
      said = forgotten(record, files);
    }
    if (said.state().isFinal()) {
      said = soften(said, files);
      remember(files, said);
    }
    return withStart(said, start);
  }

  /// A run that was told to end knows better than the scheduler whether it was we.
  private static JobStatus soften(JobStatus said, RunFiles files) {
    if (said.state() != JobState.LOST && said.state() != JobState.CANCELLED) {
      return said;
    }
    if (Files.exists(files.cancelled())) {
      return said.state() == JobState.LOST
          ? JobStatus.ended(JobState.CANCELLED, 0, "cancelled")
          : said.because("cancelled");
    }
    boolean unexplained = said.state() == JobState.CANCELLED && said.reason().isEmpty();
    return unexplained && !said.node().isEmpty() && !Files.exists(files.start())
        ? said.because(
            "it never began: %s could not start it, or somebody cancelled it there"
                .formatted(said.node()))
        : said;
  }

  private JobStatus forgotten(JobRecord record, RunFiles files) {
    if (Files.exists(files.cancelled())) {
      return JobStatus.ended(JobState.CANCELLED, 0, "cancelled");
    }
    Optional<Map<String, String>> exit = RunFiles.fields(files.exit());
    if (exit.isPresent()) {
      return JobStatus.ended(
          JobState.CANCELLED, 0, "it was told to end (SIGTERM), by whom is not known");
    }
    String how = RunFiles.fields(files.verdict()).map(f -> f.getOrDefault("how", "")).orElse("");
    if (how.equals("timeout")) {
      return JobStatus.ended(JobState.TIMEOUT, 0, "its time was over");
    }
    if (!Files.exists(files.start())) {
      Optional<String> other = unmet.of(record);
      if (other.isPresent()) {
        return JobStatus.ended(
            JobState.CANCELLED, 0, "never started: %s ended otherwise".formatted(other.get()));
      }
    }
    if (record.nativeId().isEmpty()) {
      return JobStatus.of(
          JobState.LOST, "its submission was interrupted, and the scheduler does not know it");
    }
    return JobStatus.of(
        JobState.LOST,
        Files.exists(files.start())
            ? "the scheduler has forgotten it, and it left no exit file"
            : "the scheduler has forgotten it, and it never started");
  }

  private static JobStatus withStart(JobStatus status, Optional<Map<String, String>> start) {
    boolean waits =
        status.state() == JobState.PENDING; // again: the start is that of the run before
    return start
        .map(fields ->
            new JobStatus(
                status.state(),
                status.code(),
                status.reason(),
                status.node().isEmpty() && !waits ? fields.getOrDefault("host", "") : status.node(),
                waits ? Optional.empty() : status.started().or(() -> time(fields, "started")),
                status.ended(),
                number(fields, "restarts")))
        .orElse(status);
  }

  private static void remember(RunFiles files, JobStatus said) {
    String text =
        "state=%s code=%d ended=%d reason=%s%n"
            .formatted(
                said.state(),
                said.code(),
                said.ended().orElseGet(Instant::now).getEpochSecond(),
                said.reason().replace(' ', '_'));
    try {
      JobStore.writeFile(files.verdict(), text);
    } catch (dev.skiff.definitions.problem.ProblemException e) {
      // a full disk: it will be asked again
    }
  }

  /// What the files of a run say of its end; empty while it is open, or when the scheduler has to
  /// say who ended it.
  private static Optional<JobStatus> fromFiles(RunFiles files) {
    Optional<Map<String, String>> verdict =
        RunFiles.fields(files.verdict()).filter(fields -> fields.containsKey("state"));
    Optional<Map<String, String>> exit = RunFiles.fields(files.exit());
    if (exit.isPresent()) {
      Optional<JobStatus> told = fromExit(exit.get());
      if (told.isPresent()) {
        return told;
      }
    }
    return verdict
        .flatMap(JobWatch::fromVerdict)
        .map(status -> withStart(status, RunFiles.fields(files.start())));
  }

  private static Optional<JobStatus> fromExit(Map<String, String> fields) {
    int code = number(fields, "code");
    JobState state;
    String reason = "";
    switch (fields.getOrDefault("how", "")) {
      case "exited" -> {
        state = code == 0 ? JobState.SUCCEEDED : JobState.FAILED;
        reason =
            code > 128 && code < 193
                ? "ended by signal " + (code - 128)
                : code == 0 ? "" : "exit status " + code;
      }
      case "timeout" -> {
        state = JobState.TIMEOUT;
        reason = "its time was over";
      }
      case "cancelled" -> {
        state = JobState.CANCELLED;
        reason = "cancelled";
      }
      case "oom" -> {
        state = JobState.OOM;
        reason = "out of memory";
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(
        new JobStatus(
            state,
            code,
            withDisk(reason, fields),
            fields.getOrDefault("host", ""),
            time(fields, "started"),
            time(fields, "ended"),
            number(fields, "restarts")));
  }

  private static String withDisk(String reason, Map<String, String> fields) {
    String full = "the disk of its log was full";
    return !fields.containsKey("full") ? reason : reason.isEmpty() ? full : reason + "; " + full;
  }

  private static Optional<JobStatus> fromVerdict(Map<String, String> fields) {
    try {
      return Optional.of(
          new JobStatus(
              JobState.valueOf(fields.getOrDefault("state", "")),
              number(fields, "code"),
              fields.getOrDefault("reason", "").replace('_', ' '),
              "",
              Optional.empty(),
              time(fields, "ended"),
              0));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // nobody of ours wrote it
    }
  }

  private static int number(Map<String, String> fields, String key) {
    String text = fields.getOrDefault(key, "0");
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }

  private static Optional<Instant> time(Map<String, String> fields, String key) {
    String text = fields.getOrDefault(key, "");
    return text.matches("[0-9]{1,12}")
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text)))
        : Optional.empty();
  }
}
