package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.host.HostProbe;
import dev.skiff.runtime.job.local.LocalScheduler;
import dev.skiff.runtime.job.record.JobProblems;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobSelection;
import dev.skiff.runtime.job.record.JobStore;
import dev.skiff.runtime.job.schedule.JobWatch;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.SlurmScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What all commands about jobs need: the caller's records, and whoever runs jobs.
///
/// @param environment the caller's own
/// @param host this machine's name
record JobSession(
    JobStore store,
    Map<String, String> environment,
    String host,
    Map<String, Scheduler> schedulers) {

  static JobSession open() {
    Map<String, String> environment = HostProbe.callerEnvironment(System.getenv());
    JobStore store = JobStore.of(environment);
    String host = hostName();
    Path skiff = launcher();
    return new JobSession(
        store,
        environment,
        host,
        Map.of(
            LocalScheduler.BACKEND,
            new LocalScheduler(store, environment, skiff, host),
            SlurmScheduler.BACKEND,
            new SlurmScheduler(environment, skiff)));
  }

  JobWatch watch() {
    return new JobWatch(store, schedulers);
  }

  /// The job that a person means; of several with one number, that of the cluster that is asked.
  ///
  /// @throws ProblemException if there is none
  JobSelection find(String reference) {
    return store.find(reference, this::counts);
  }

  /// The same, but never a job of another cluster by its number.
  JobSelection findHere(String reference) {
    JobSelection found = find(reference);
    if (isOfAnother(reference, found.record())) {
      throw JobProblems.unknown(reference);
    }
    return found;
  }

  /// Whether a number was typed that another job has in the cluster that is asked: the record is
  /// that of a job elsewhere.
  private boolean isOfAnother(String reference, JobRecord record) {
    return reference.matches("(slurm:)?[0-9]{1,12}(_[0-9]{1,7})?")
        && !reference.equals(record.name().text())
        && !counts(record);
  }

  private boolean counts(JobRecord record) {
    Scheduler scheduler = schedulers.get(record.backend());
    return scheduler == null || scheduler.counts(record);
  }

  /// Who is to run a job.
  ///
  /// @param asked `slurm`, `local`, or empty to take Slurm where it is installed
  Scheduler scheduler(String asked) {
    String word = asked;
    if (word.isEmpty()) {
      boolean installed = SlurmCommand.of(environment).find("sbatch").isPresent();
      word = installed ? SlurmScheduler.BACKEND : LocalScheduler.BACKEND;
    }
    Scheduler scheduler = schedulers.get(word);
    if (scheduler == null) {
      throw new ProblemException(
          new Problem(
              "cannot run jobs on '%s'".formatted(word),
              "there is no such scheduler",
              "write --on slurm or --on local"),
          ExitCode.USAGE);
    }
    return scheduler;
  }

  /// Tells why schedulers could not be asked.
  static void tellTroubles(JobWatch watch, Terminal terminal) {
    watch.troubles().forEach(terminal::warn);
  }

  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }

  /// `bin/skiff` of the tree that holds our archive.
  static Path launcher() {
    Path library = Path.of(System.getProperty("java.class.path", "")).toAbsolutePath();
    Path installed = library.resolve("../../../bin/skiff").normalize();
    return installed;
  }
}
