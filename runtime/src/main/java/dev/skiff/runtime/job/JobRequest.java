package dev.skiff.runtime.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that was asked of one job; the same for every scheduler.
///
/// @param directory where the work starts, absolute
/// @param environment variables of the job, besides those of a fresh login
/// @param array empty for a single job
/// @param after jobs it waits for, all of them
/// @param rawOptions words for the scheduler's own submit command, unread by us
/// @param smoke a short command that must succeed first; empty for none
public record JobRequest(
    JobName name,
    Workload workload,
    Path directory,
    SortedMap<String, String> environment,
    Resources resources,
    Placement placement,
    TimeLimits limits,
    Optional<JobArray> array,
    List<Dependency> after,
    JobOutput output,
    List<String> rawOptions,
    String smoke) {

  public JobRequest {
    environment = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    after = List.copyOf(after);
    rawOptions = List.copyOf(rawOptions);
  }

  /// The plainest job.
  public static JobRequest of(JobName name, Workload workload, Path directory) {
    return new JobRequest(
        name,
        workload,
        directory,
        new TreeMap<>(Map.of()),
        Resources.UNSAID,
        Placement.ANYWHERE,
        TimeLimits.NONE,
        Optional.empty(),
        List.of(),
        JobOutput.IN_RECORD,
        List.of(),
        "");
  }

  /// The same under another name.
  public JobRequest named(JobName other) {
    return new JobRequest(
        other,
        workload,
        directory,
        environment,
        resources,
        placement,
        limits,
        array,
        after,
        output,
        rawOptions,
        smoke);
  }

  /// The same on other resources.
  public JobRequest with(Resources other) {
    return new JobRequest(
        name,
        workload,
        directory,
        environment,
        other,
        placement,
        limits,
        array,
        after,
        output,
        rawOptions,
        smoke);
  }

  /// The same elsewhere.
  public JobRequest with(Placement other) {
    return new JobRequest(
        name,
        workload,
        directory,
        environment,
        resources,
        other,
        limits,
        array,
        after,
        output,
        rawOptions,
        smoke);
  }

  /// The same after these jobs.
  public JobRequest after(List<Dependency> others) {
    return new JobRequest(
        name,
        workload,
        directory,
        environment,
        resources,
        placement,
        limits,
        array,
        others,
        output,
        rawOptions,
        smoke);
  }
}
