package dev.skiff.runtime.job.schedule;

import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.record.JobRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// Who runs jobs: this machine, or Slurm.
public interface Scheduler {

  /// Its word in records and options.
  String backend();

  /// What the cluster calls itself that is asked; empty where there is but one, or nobody answers.
  default String cluster() {
    return "";
  }

  /// Whether a job's number is one of the cluster that is asked. Several may share a home, and each
  /// counts its jobs from 1.
  default boolean counts(JobRecord record) {
    return record.cluster().isEmpty() || cluster().isEmpty() || record.cluster().equals(cluster());
  }

  /// Decides how a job is submitted, and does nothing.
  ///
  /// @param record the folder of the job's record
  /// @throws dev.skiff.definitions.problem.ProblemException if it cannot do what is asked
  JobPlan plan(JobRequest request, Path record);

  /// Submits it and returns the scheduler's own name for it.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException with the code `REFUSED` if it certainly
  ///   did not take the job; with another if nobody knows
  String submit(JobPlan plan);

  /// What it knows of these jobs, asked at once; of those it has forgotten, nothing.
  LiveJobs live(List<JobRecord> records);

  /// Tells jobs to end.
  ///
  /// @param task one task of an array, or empty for all
  /// @param signal what the payload gets instead of being ended; empty to end it
  void cancel(JobRecord record, OptionalInt task, String signal);
}
