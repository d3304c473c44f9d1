package dev.skiff.cli;

import dev.skiff.cli.output.JobListing;
import dev.skiff.cli.output.JobLog;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobSelection;
import dev.skiff.runtime.job.schedule.JobReport;
import dev.skiff.runtime.job.schedule.JobWatch;
import dev.skiff.runtime.slurm.SlurmCommand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Stays until jobs have ended. Records are looked at often, for it costs nothing; the scheduler is
/// asked for all jobs at once, ever less often.
///
/// @param session the caller's records and schedulers
record JobFollowing(JobSession session, Terminal terminal) {

  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration SOONEST = Duration.ofMillis(500);
  private static final Duration LATEST = Duration.ofSeconds(5);

  /// Waits for all, and returns the exit status of the first that did not end well.
  int await(List<JobSelection> jobs) {
    Pace pace = new Pace();
    WaitingReason reason = reason();
    boolean told = false;
    while (true) {
      if (jobs.stream().allMatch(this::hasEnded) || pace.isDue()) {
        JobWatch watch = session.watch();
        List<JobReport> reports = look(watch, jobs);
        if (reports.stream().allMatch(report -> report.status().state().isFinal())) {
          reports.forEach(report -> terminal.inform(JobListing.ended(report)));
          return reports.stream()
              .mapToInt(JobFollowing::exitStatus)
              .filter(status -> status != 0)
              .findFirst()
              .orElse(0);
        }
        if (reports.size() == 1) { // of many, 'skiff ps' says it better
          reason.tell(reports.getFirst());
        }
        if (!told) {
          JobSession.tellTroubles(watch, terminal);
          told = !watch.troubles().isEmpty();
        }
      }
      sleep();
    }
  }

  /// Shows the log until the job has ended, and returns its exit status.
  int follow(JobRecord job, OptionalInt task) {
    JobLog.Following log = JobLog.of(session.store().files(job, task)).follow(terminal.out());
    return follow(job, task, log);
  }

  int follow(JobRecord job, OptionalInt task, JobLog.Following log) {
    Pace pace = new Pace();
    WaitingReason reason = reason();
    while (true) {
      Optional<JobStatus> ended = session.watch().ended(job, task);
      if (ended.isEmpty() && pace.isDue()) {
        JobReport report = session.watch().look(List.of(job)).getFirst();
        JobStatus status = task.isPresent() ? report.tasks().get(task.getAsInt()) : report.status();
        reason.tell(report);
        ended = Optional.ofNullable(status).filter(one -> one.state().isFinal());
      }
      log.showNew(); // after the question: what was written before the end is shown
      if (terminal.out().checkError()) { // nobody reads any more: "skiff logs -f JOB | head"
        return ExitCode.DONE.status();
      }
      if (ended.isPresent()) {
        log.showRest();
        return ended.get().exitStatus();
      }
      sleep();
    }
  }

  private WaitingReason reason() {
    return new WaitingReason(SlurmCommand.of(session.environment()), terminal);
  }

  static int exitStatus(JobReport report) {
    return report.tasks().values().stream()
        .mapToInt(JobStatus::exitStatus)
        .filter(status -> status != 0)
        .findFirst()
        .orElseGet(() -> report.status().exitStatus());
  }

  private static List<JobReport> look(JobWatch watch, List<JobSelection> jobs) {
    List<JobReport> reports = watch.look(jobs.stream().map(JobSelection::record).toList());
    return IntStream.range(0, jobs.size())
        .mapToObj(i -> reports.get(i).ofTask(jobs.get(i).task()))
        .toList();
  }

  private boolean hasEnded(JobSelection job) {
    boolean whole = job.record().request().array().isPresent() && job.task().isEmpty();
    return !whole && session.watch().ended(job.record(), job.task()).isPresent();
  }

  private static void sleep() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(
          new Problem("cannot go on waiting", "it was interrupted", "wait again: skiff wait JOB"),
          ExitCode.TRY_AGAIN,
          e);
    }
  }

  /// When the scheduler is to be asked again.
  private static final class Pace {
    private Duration pause = SOONEST;
    private long due = System.nanoTime();

    boolean isDue() {
      if (System.nanoTime() - due < 0) {
        return false;
      }
      due = System.nanoTime() + pause.toNanos();
      pause = pause.multipliedBy(3).dividedBy(2);
      pause = pause.compareTo(LATEST) > 0 ? LATEST : pause;
      return true;
    }
  }
}
