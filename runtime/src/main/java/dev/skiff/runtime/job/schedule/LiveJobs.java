package dev.skiff.runtime.job.schedule;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobStatus;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What a scheduler says of jobs.
///
/// @param found what it knows, by job and task
/// @param adopted its names for jobs whose submission was interrupted, found by their names
/// @param elsewhere those that it cannot know, for they are on another cluster, and which that is
/// @param trouble why it could not be asked; then what is not found is not known to be gone
public record LiveJobs(
    Map<Key, JobStatus> found,
    Map<JobName, String> adopted,
    Map<JobName, String> elsewhere,
    Optional<Problem> trouble) {

  /// One job, or one task of an array.
  public record Key(JobName name, OptionalInt task) {}

  public LiveJobs {
    found = Map.copyOf(found);
    adopted = Map.copyOf(adopted);
    elsewhere = Map.copyOf(elsewhere);
  }

  /// It could not be asked.
  public static LiveJobs unknown(Problem trouble) {
    return new LiveJobs(Map.of(), Map.of(), Map.of(), Optional.of(trouble));
  }
}
