package dev.skiff.runtime.slurm.explain;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.slurm.SlurmAnswer;
import dev.skiff.runtime.slurm.SlurmCommand;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Asks for the queue, in one question for all jobs.
public final class QueueReader {

  private QueueReader() {}

  /// All jobs that the controller still knows.
  ///
  /// @throws ProblemException if the controller cannot be asked
  public static List<QueuedJob> read(SlurmCommand slurm) {
    SlurmAnswer answer =
        slurm.ask("squeue", "--noheader", "--states=all", "--format=" + QueueText.format());
    return switch (answer) {
      case SlurmAnswer.Done done -> QueueText.parse(done.out());
      case SlurmAnswer.Refused refused -> throw problem(refused.words(), ExitCode.PROBLEM);
      case SlurmAnswer.Unreachable silent -> throw problem(silent.why(), ExitCode.UNREACHABLE);
    };
  }

  private static ProblemException problem(String why, ExitCode code) {
    return new ProblemException(
        new Problem(
            "cannot look at the queue",
            why,
            "on a machine of the cluster, ask 'scontrol ping' whether its controller is up, and try"
                + " again"),
        code);
  }

  /// The job of this number; of an array without a task the one that is furthest from its end.
  public static Optional<QueuedJob> find(List<QueuedJob> queue, SlurmJobId id) {
    return queue.stream()
        .filter(job -> id.isIn(job.id()))
        .max(Comparator.comparing(QueuedJob::isPending).thenComparing(QueuedJob::isRunning));
  }
}
