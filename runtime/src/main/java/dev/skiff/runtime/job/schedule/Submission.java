package dev.skiff.runtime.job.schedule;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobStore;
import java.time.Instant;

/// Submits jobs: written down first, then given to the scheduler, then its name for it is written
/// down. Whatever interrupts that, the record tells, or the scheduler knows the job by its name.
///
/// @param host where we are
public record Submission(JobStore store, Scheduler scheduler, String host) {

  /// What would be done.
  public JobPlan rehearse(JobRequest wanted) {
    JobRequest request = wanted.named(store.free(wanted.name()));
    return scheduler.plan(request, store.directory(request.name()));
  }

  /// Does it.
  public JobRecord submit(JobRequest wanted) {
    scheduler.plan(wanted, store.directory(wanted.name())); // refuses before anything is written
    JobRequest request = wanted.named(store.reserve(wanted.name()));
    JobRecord record = new JobRecord(request, scheduler.backend(), "", Instant.now(), host, "");
    String id;
    try {
      JobPlan plan = scheduler.plan(request, store.directory(request.name()));
      store.write(record, plan.script());
      id = scheduler.submit(plan);
    } catch (ProblemException e) {
      if (e.exitCode() != ExitCode.UNREACHABLE) {
        store.release(request.name());
      }
      throw e;
    }
    JobRecord submitted = record.submittedAs(id, scheduler.cluster());
    try {
      store.update(submitted);
    } catch (ProblemException e) {
      throw new ProblemException(
          new Problem(
              "cannot complete the record of the job '%s'".formatted(request.name()),
              "it was submitted as %s:%s, but %s"
                  .formatted(scheduler.backend(), id, e.problem().why()),
              "make room, then see it with: skiff ps"),
          ExitCode.PROBLEM,
          e);
    }
    return submitted;
  }
}
