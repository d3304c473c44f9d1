package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `skiff wait`: until jobs have ended.
@Command(
    name = "wait",
    description = "Wait until jobs have ended, and end as the first of them that did not end well.",
    footer = {
      "",
      "Ends with the job's own code; 124 time limit, 137 out of memory, 130 cancelled, 75 preempted"
          + " or lost.",
      "",
      "Examples:",
      "  skiff wait -                     # the latest",
      "  skiff wait alice-brisk-7f3 slurm:1234"
    })
final class WaitCommand extends Subcommand {

  @Parameters(
      paramLabel = "JOB",
      arity = "1..*",
      description = "A name, or the beginning of one, slurm:NUMBER, or - for the latest.")
  private List<String> names = List.of();

  @Override
  int run(Terminal terminal) {
    JobSession session = JobSession.open();
    return new JobFollowing(session, terminal).await(names.stream().map(session::find).toList());
  }
}
