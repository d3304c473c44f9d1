package dev.skiff.runtime.job.record;

import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobRequest;
import java.time.Instant;

/// What is written down of a job when it is submitted.
///
/// @param backend `local`, `slurm` or `kubernetes`
/// @param nativeId what the scheduler calls it; empty while it is being submitted. Of a local job
///   the number of the process that waits for the payload, and when it began
/// @param host where it was submitted
/// @param cluster what the cluster calls itself that `nativeId` counts in; empty where that is not
///   known
public record JobRecord(
    JobRequest request,
    String backend,
    String nativeId,
    Instant submitted,
    String host,
    String cluster) {

  /// The job's name, which is also the folder's.
  public JobName name() {
    return request.name();
  }

  /// The same, known to the scheduler.
  ///
  /// @param where what its cluster calls itself; may be empty
  public JobRecord submittedAs(String id, String where) {
    return new JobRecord(request, backend, id, submitted, host, where);
  }
}
