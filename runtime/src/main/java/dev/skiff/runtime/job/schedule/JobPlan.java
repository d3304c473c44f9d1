package dev.skiff.runtime.job.schedule;

import dev.skiff.runtime.job.JobRequest;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Exactly what will be done to submit a job.
///
/// @param command the words that are run; the script is what they read
/// @param environment variables of the command, besides what it needs to work
/// @param script every byte of it
/// @param notes what the scheduler cannot do of what was asked, for a person
public record JobPlan(
    JobRequest request,
    List<String> command,
    SortedMap<String, String> environment,
    String script,
    List<String> notes) {

  public JobPlan {
    command = List.copyOf(command);
    environment = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    notes = List.copyOf(notes);
  }

  /// A plan without remarks.
  public static JobPlan of(JobRequest request, List<String> command, String script) {
    return new JobPlan(request, command, new TreeMap<>(Map.of()), script, List.of());
  }
}
