package dev.skiff.runtime.slurm;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.record.JobRecord;

/// What Slurm refuses, or we on its behalf, in words.
public final class SlurmProblems {

  private SlurmProblems() {}

  static ProblemException refused(String name, String words, String fix) {
    return new ProblemException(
        new Problem(
            "cannot submit the job '%s'".formatted(name), "Slurm refuses it: " + words, fix),
        ExitCode.REFUSED);
  }

  static Problem unreachable(String what, String why) {
    return new Problem(
        what,
        "Slurm cannot be reached: " + why,
        "see whether it is up with: scontrol ping; records and logs can be read meanwhile");
  }

  static ProblemException unreachableFor(String what, String why) {
    return new ProblemException(unreachable(what, why), ExitCode.UNREACHABLE);
  }

  static ProblemException notCancelled(String name, String words) {
    boolean denied = words.contains("denied") || words.contains("permission");
    return new ProblemException(
        new Problem(
            "cannot cancel '%s'".formatted(name),
            "Slurm says: " + words,
            denied ? "ask its owner to cancel it" : "see how it is with: skiff ps -a"),
        denied ? ExitCode.NOT_ALLOWED : ExitCode.PROBLEM);
  }

  /// A job of another cluster: its number means another job here.
  public static ProblemException elsewhere(String what, JobRecord job, String here) {
    return new ProblemException(
        new Problem(
            what,
            "it is a job of the cluster '%s', and this is '%s'".formatted(job.cluster(), here),
            "do it where that one is asked, such as on %s".formatted(job.host())));
  }

  static ProblemException unwritable(String option, String value) {
    return new ProblemException(
        new Problem(
            "cannot write %s '%s' into a batch script".formatted(option, value),
            "Slurm's #SBATCH lines cannot hold quotes, backslashes or line ends",
            "write it without them"),
        ExitCode.USAGE);
  }

  static ProblemException notHere(String option) {
    return new ProblemException(
        new Problem(
            "cannot use " + option + " on this machine",
            "only a scheduler can do that",
            "submit with --on slurm, or leave it out"),
        ExitCode.USAGE);
  }
}
