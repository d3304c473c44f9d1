package dev.skiff.runtime.job.schedule;

import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.record.JobRecord;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How a job is.
///
/// @param status of the whole job
/// @param tasks of an array, by number; empty for a single job
public record JobReport(JobRecord record, JobStatus status, SortedMap<Integer, JobStatus> tasks) {

  public JobReport {
    tasks = Collections.unmodifiableSortedMap(new TreeMap<>(tasks));
  }

  /// Of an array: as far as the task that is least far, and failed if one is.
  static JobReport ofArray(JobRecord record, SortedMap<Integer, JobStatus> tasks) {
    Map<JobState, Integer> counts = new EnumMap<>(JobState.class);
    tasks.values().forEach(status -> counts.merge(status.state(), 1, Integer::sum));
    String told =
        counts.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    Optional<JobStatus> bad = tasks.values().stream().filter(JobReport::isBad).findFirst();
    JobStatus status =
        tasks.values().stream()
            .filter(one -> !one.state().isFinal())
            .max(java.util.Comparator.comparing(JobStatus::state))
            .or(() -> bad)
            .orElseGet(() -> JobStatus.of(JobState.SUCCEEDED, ""));
    return new JobReport(
        record,
        new JobStatus(
            status.state(),
            status.code(),
            told,
            status.node(),
            status.started(),
            status.ended(),
            status.restarts()),
        tasks);
  }

  /// One task of the job as if it were all of it; the same for a job that has none.
  public JobReport ofTask(OptionalInt task) {
    return task.isPresent()
        ? new JobReport(record, tasks.getOrDefault(task.getAsInt(), status), new TreeMap<>())
        : this;
  }

  private static boolean isBad(JobStatus status) {
    return status.exitStatus() != 0;
  }
}
