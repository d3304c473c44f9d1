package dev.skiff.runtime.slurm;

import dev.skiff.runtime.job.JobArray;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.schedule.LiveJobs;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What Slurm says of jobs: one `squeue` for all, one `sacct` for those it has forgotten.
///
/// @param user whose jobs
/// @param cluster what the cluster calls itself; asked only where it matters
record SlurmLive(SlurmCommand command, String user, Supplier<String> cluster) {

  private static final int FIELDS = 7;
  private static final int MOST_ASKED = 500;

  LiveJobs look(List<JobRecord> records) {
    SlurmAnswer answer =
        command.ask(
            "squeue",
            "--noheader",
            "--array",
            "--states=all",
            "--user=" + user,
            "--format=%F|%K|%T|%r|%S|%N|%j");
    return switch (answer) {
      case SlurmAnswer.Done(String out, String _) -> read(out, records);
      case SlurmAnswer.Refused(int _, String words) ->
          LiveJobs.unknown(SlurmProblems.unreachable("cannot ask how jobs are", words));
      case SlurmAnswer.Unreachable(String why) ->
          LiveJobs.unknown(SlurmProblems.unreachable("cannot ask how jobs are", why));
    };
  }

  private LiveJobs read(String out, List<JobRecord> records) {
    List<String[]> lines =
        out.lines()
            .map(line -> line.split("\\|", FIELDS))
            .filter(fields -> fields.length == FIELDS)
            .toList();
    Map<JobName, String> elsewhere = elsewhere(lines, records);
    Map<String, JobName> byId = new HashMap<>();
    Map<String, JobName> unnumbered = new HashMap<>();
    for (JobRecord record : records) {
      if (elsewhere.containsKey(record.name())) {
        continue;
      }
      if (record.nativeId().isEmpty()) {
        unnumbered.put(record.name().text(), record.name());
      } else {
        byId.put(record.nativeId(), record.name());
      }
    }
    Map<LiveJobs.Key, JobStatus> found = new LinkedHashMap<>();
    Map<JobName, String> adopted = new LinkedHashMap<>();
    for (String[] fields : lines) {
      JobName name = byId.get(fields[0]);
      if (name == null) {
        name = unnumbered.get(fields[6]);
        if (name == null) {
          continue;
        }
        adopted.put(name, fields[0]);
      }
      LiveJobs.Key key = new LiveJobs.Key(name, task(fields[1]));
      found.put(key, status(fields));
    }
    addForgotten(byId, found);
    return new LiveJobs(found, adopted, elsewhere, Optional.empty());
  }

  /// Those of other clusters, which may have the number of a job of this one. Nobody asks what this
  /// one is called where all numbers stand beside the right names.
  private Map<JobName, String> elsewhere(List<String[]> lines, List<JobRecord> records) {
    Set<String> seen =
        lines.stream().map(fields -> fields[0] + "|" + fields[6]).collect(Collectors.toSet());
    Map<JobName, String> elsewhere = new HashMap<>();
    for (JobRecord record : records) {
      boolean doubtful = !seen.contains(record.nativeId() + "|" + record.name().text());
      if (doubtful && !record.cluster().isEmpty()) {
        String here = cluster.get();
        if (!here.isEmpty() && !here.equals(record.cluster())) {
          elsewhere.put(record.name(), record.cluster());
        }
      }
    }
    return elsewhere;
  }

  private static OptionalInt task(String text) {
    return text.matches("[0-9]{1,7}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  /// Those that never started stand together: `[2-9%4]`.
  private static List<OptionalInt> tasks(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return List.of(task(text));
    }
    try {
      JobArray array = JobArray.parse(text.substring(1, text.length() - 1));
      return array.indices().stream().map(OptionalInt::of).toList();
    } catch (IllegalArgumentException e) {
      return List.of(); // too many of them to be written out
    }
  }

  private JobStatus status(String[] fields) {
    JobState state = SlurmStates.state(fields[2]);
    String reason = fields[2].equals("SUSPENDED") ? "suspended" : SlurmStates.reason(fields[3]);
    int code = state == JobState.FAILED ? code(fields[0], fields[1]) : 0;
    boolean ran =
        state != JobState.PENDING && !(state == JobState.CANCELLED && fields[5].isEmpty());
    if (state == JobState.CANCELLED && !fields[3].equals("DependencyNeverSatisfied")) {
      reason = ""; // it is why it waited, and not why it ended
    }
    return new JobStatus(
        state,
        code,
        reason,
        fields[5],
        ran ? time(fields[4]) : Optional.empty(),
        Optional.empty(),
        0);
  }

  private static Optional<Instant> time(String text) {
    return text.matches("[0-9]{1,12}")
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text)))
        : Optional.empty();
  }

  /// The exit status of a job that left no exit file, which is rare: each is asked for by itself.
  private int code(String id, String task) {
    String one = task(task).isPresent() ? id + "_" + task : id;
    if (command.ask("scontrol", "show", "job", "-o", one)
        instanceof SlurmAnswer.Done(String out, String _)) {
      for (String word : out.split("\\s+", -1)) {
        if (word.startsWith("ExitCode=")) {
          return SlurmStates.code(word.substring("ExitCode=".length()));
        }
      }
    }
    return 0;
  }

  /// Adds what the accounting knows, where there is one.
  private void addForgotten(Map<String, JobName> byId, Map<LiveJobs.Key, JobStatus> found) {
    List<String> seen = found.keySet().stream().map(key -> key.name().text()).toList();
    String ids =
        byId.entrySet().stream()
            .filter(entry -> !seen.contains(entry.getValue().text()))
            .map(Map.Entry::getKey)
            .limit(MOST_ASKED)
            .collect(Collectors.joining(","));
    if (ids.isEmpty() || command.find("sacct").isEmpty()) {
      return;
    }
    SlurmAnswer answer =
        command.ask(
            "sacct", "-n", "-P", "-X", "-j", ids, "-o", "JobID,State,ExitCode,Start,End,NodeList");
    if (answer instanceof SlurmAnswer.Done(String out, String _)) {
      out.lines().forEach(line -> addAccounted(line.split("\\|", -1), byId, found));
    }
  }

  private static void addAccounted(
      String[] fields, Map<String, JobName> byId, Map<LiveJobs.Key, JobStatus> found) {
    if (fields.length < 6) {
      return;
    }
    String[] id = fields[0].split("_", 2);
    JobName name = byId.get(id[0]);
    if (name == null) {
      return;
    }
    JobState state = SlurmStates.state(fields[1]);
    JobStatus status =
        new JobStatus(
            state,
            state == JobState.FAILED ? SlurmStates.code(fields[2]) : 0,
            state == JobState.CANCELLED ? fields[1].toLowerCase(java.util.Locale.ROOT) : "",
            fields[5],
            time(fields[3]),
            time(fields[4]),
            0);
    for (OptionalInt task : id.length == 2 ? tasks(id[1]) : List.of(OptionalInt.empty())) {
      found.put(new LiveJobs.Key(name, task), status);
    }
  }
}
