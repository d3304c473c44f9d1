package dev.skiff.cli;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.explain.QueueReader;
import dev.skiff.runtime.slurm.explain.QueuedJob;
import dev.skiff.runtime.slurm.explain.SlurmJobId;
import dev.skiff.runtime.slurm.inside.JobStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// A job that steps can be started beside.
///
/// @param named as it was named
/// @param job as Slurm shows it
record RunningJob(NamedJob named, QueuedJob job) {

  /// Asks Slurm.
  ///
  /// @throws ProblemException if the job does not run
  static RunningJob find(String reference, Map<String, String> environment) {
    NamedJob named = NamedJob.find(reference);
    QueuedJob job =
        QueueReader.find(QueueReader.read(SlurmCommand.of(environment)), named.id())
            .orElseThrow(
                () -> no(named, "Slurm knows no job %s".formatted(named.id()), "see: skiff ps -a"));
    String user = System.getProperty("user.name", "");
    if (!user.equals("root") && !user.equals(job.user())) {
      throw new ProblemException(
          new Problem(
              "cannot look into the job '%s'".formatted(reference),
              "it belongs to '%s'".formatted(job.user()),
              "ask them, or see yours with: skiff ps"),
          ExitCode.NOT_ALLOWED);
    }
    if (!job.isRunning()) {
      String why = "it does not run: Slurm says " + job.state();
      throw no(named, why, "see why with: skiff explain " + reference);
    }
    return new RunningJob(named, job);
  }

  /// Where a step beside it goes.
  ///
  /// @param node empty for its first
  JobStep.Place place(Map<String, String> environment, String node) {
    Path srun =
        SlurmCommand.of(environment)
            .find("srun")
            .orElseThrow(() -> no(named, "'srun' is not in PATH", "log in to the cluster"));
    SlurmJobId own =
        SlurmJobId.parse(job.ownNumber())
            .orElseThrow(() -> no(named, "Slurm gives it no number", "see: squeue"));
    return new JobStep.Place(srun, own, node);
  }

  /// The step, on the caller's own terminal or pipes.
  static ProcessBuilder prepared(JobStep step) {
    ProcessBuilder builder = new ProcessBuilder(step.words());
    builder.environment().clear();
    builder.environment().putAll(step.environment());
    return builder.inheritIO();
  }

  /// Runs a step to its end.
  ///
  /// @return how it ended
  int run(JobStep step) {
    try {
      Process srun =
          start(prepared(step).redirectError(ProcessBuilder.Redirect.PIPE), new AtomicBoolean());
      StepRemarks.copy(srun.getErrorStream(), System.err);
      return srun.waitFor();
    } catch (IOException e) {
      throw no(named, String.valueOf(e.getMessage()), "see whether 'srun' works here");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.TRY_AGAIN.status();
    }
  }

  /// Starts a step that ends with this process, however that ends: `srun` outlives one interrupt.
  ///
  /// @param left set before it is ended so
  static Process start(ProcessBuilder step, AtomicBoolean left) throws IOException {
    Process srun = step.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              left.set(true);
              srun.destroy();
            }));
    return srun;
  }

  private static ProblemException no(NamedJob named, String why, String fix) {
    return new ProblemException(
        new Problem("cannot look into the job '%s'".formatted(named.reference()), why, fix));
  }
}
