package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobStore;
import dev.skiff.runtime.job.record.RunFiles;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.explain.QueueReader;
import dev.skiff.runtime.slurm.explain.QueuedJob;
import dev.skiff.runtime.slurm.explain.SlurmJobId;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/// An interactive job on its way: waited for, and ended.
final class LaunchedJob {

  private static final Duration SOON = Duration.ofMillis(500);
  private static final Duration LATER = Duration.ofSeconds(5);
  private static final int MOST_LOOKS = 50;

  private final SlurmCommand slurm;
  private final Scheduler scheduler;
  private final JobRecord record;
  private final AtomicBoolean ended = new AtomicBoolean();

  /// A job that was just submitted.
  LaunchedJob(SlurmCommand slurm, Scheduler scheduler, JobRecord record) {
    this.slurm = slurm;
    this.scheduler = scheduler;
    this.record = record;
  }

  private static ProblemException problem(String why, ExitCode code) {
    return new ProblemException(
        new Problem("cannot launch the job", why, "see what there is: skiff nodes"), code);
  }

  /// As it was submitted.
  JobRecord record() {
    return record;
  }

  /// Ends the job with this process, however that ends.
  void endWithUs() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::cancel));
  }

  /// Ends it, once.
  void cancel() {
    if (ended.compareAndSet(false, true)) {
      scheduler.cancel(record, OptionalInt.empty(), "");
    }
  }

  /// Ends it as the shell in it ended, so that it is none that was cancelled: the code is written
  /// down, and who waits for the payload is told.
  ///
  /// @param files of its run
  void leave(RunFiles files, int status) {
    try {
      JobStore.writeFile(files.left(), status + "\n");
      scheduler.cancel(record, OptionalInt.empty(), "HUP");
      for (int i = 0; i < MOST_LOOKS && !Files.exists(files.exit()); i++) {
        pause(Duration.ofMillis(100));
      }
    } catch (ProblemException e) {
      // a full disk, a busy scheduler, a job that has ended already
    }
    if (Files.exists(files.exit())) {
      ended.set(true);
    }
    cancel();
  }

  /// Waits until it runs, and says why it does not yet.
  RunningJob await(Terminal terminal, Map<String, String> environment) {
    SlurmJobId id = SlurmJobId.parse(record.nativeId()).orElseThrow();
    WaitingReason reason = new WaitingReason(slurm, terminal);
    Duration pause = SOON;
    while (true) {
      List<QueuedJob> queue = QueueReader.read(slurm);
      QueuedJob job =
          QueueReader.find(queue, id)
              .orElseThrow(() -> problem("Slurm knows it no more", ExitCode.PROBLEM));
      if (job.isRunning()) {
        return RunningJob.find(record.name().text(), environment);
      }
      if (!job.isPending() && !job.state().equals("CONFIGURING")) {
        throw problem("the job has ended before it was entered: " + job.state(), ExitCode.PROBLEM);
      }
      reason.tell(queue, job);
      pause(pause);
      Duration longer = pause.multipliedBy(3).dividedBy(2);
      pause = longer.compareTo(LATER) < 0 ? longer : LATER;
    }
  }

  private static void pause(Duration length) {
    try {
      Thread.sleep(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw problem("it was interrupted", ExitCode.TRY_AGAIN);
    }
  }
}
