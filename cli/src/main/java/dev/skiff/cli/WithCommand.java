package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `skiff with`: its help, and what is wrong with its words. `libexec/skiff/with` carries it out,
/// without Java, because it becomes the command.
@Command(
    name = "with",
    description = "Run a command beside instances that end with it.",
    customSynopsis = "skiff with [OPTION...] NAME=IMAGE... -- COMMAND [ARG...]",
    footer = {
      "",
      "Options are those of skiff instance start, and are for the instance behind them. Each instance runs its",
      "%%startscript. The command is an ordinary program of this host; it ends with its own code, and when it",
      "has ended, by a signal too, the instances are stopped.",
      "",
      "Examples:",
      "  skiff with db=postgres.sif -- skiff exec app.sif python train.py",
      "  skiff with -B data:/data db=postgres.sif cache=redis.sif -- ./job.sh"
    })
final class WithCommand extends Subcommand {

  @Parameters(arity = "0..*", hidden = true)
  private List<String> words = List.of();

  @Override
  int run(Terminal terminal) {
    terminal.fail(
        new Problem(
            "cannot do 'skiff with'",
            words.contains("--") || words.isEmpty()
                ? "NAME=IMAGE and a command after -- are wanted"
                : "'" + String.join(" ", words) + "' is not NAME=IMAGE... -- COMMAND",
            "write skiff with NAME=IMAGE -- COMMAND, for example"
                + " skiff with db=postgres.sif -- ./job.sh"));
    return ExitCode.USAGE.status();
  }
}
