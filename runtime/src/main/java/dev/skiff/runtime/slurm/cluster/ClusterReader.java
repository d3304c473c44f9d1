package dev.skiff.runtime.slurm.cluster;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.slurm.SlurmAnswer;
import dev.skiff.runtime.slurm.SlurmCommand;

/// Asks the controller what the cluster is made of: three questions, however large it is.
public final class ClusterReader {

  private ClusterReader() {}

  /// The cluster as it is now.
  ///
  /// @throws ProblemException if the controller cannot be asked
  public static Cluster read(SlurmCommand slurm) {
    return ClusterText.parse(
        text(slurm.ask("scontrol", "--oneliner", "show", "partition")),
        text(slurm.ask("scontrol", "--oneliner", "--details", "show", "node")),
        text(slurm.ask("scontrol", "--oneliner", "show", "reservation")));
  }

  private static String text(SlurmAnswer answer) {
    return switch (answer) {
      case SlurmAnswer.Done done -> done.out();
      case SlurmAnswer.Refused refused ->
          throw new ProblemException(
              new Problem(
                  "cannot look at the cluster",
                  "Slurm refuses: " + refused.words(),
                  "ask 'scontrol show partition' yourself; what it says is for the"
                      + " administrators"));
      case SlurmAnswer.Unreachable silent ->
          throw new ProblemException(
              new Problem(
                  "cannot look at the cluster",
                  silent.why(),
                  "on a machine of the cluster, ask 'scontrol ping' whether its controller is up,"
                      + " and try again"),
              ExitCode.UNREACHABLE);
    };
  }
}
