package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.runtime.host.HostProbe;
import dev.skiff.runtime.slurm.inside.JobStep;
import java.io.Console;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `skiff attach`.
@Command(
    name = "attach",
    description = "Open a second shell in the container of a running job, or run a command there.",
    customSynopsis = "skiff attach [OPTIONS] JOB [--] [COMMAND [ARG...]]",
    footer = {
      "",
      "It sees what the job sees: files, variables and GPUs. Works for every job of yours that runs"
          + " 'skiff exec',",
      "submitted by whatever. Ends as the command does. Examples:",
      "  skiff attach train-4f2",
      "  skiff attach 81234 -- nvidia-smi"
    })
final class AttachCommand extends Subcommand {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Option(names = "--node", paramLabel = "NAME", description = "On this node of the job.")
  private String node = "";

  @Parameters(paramLabel = "JOB", description = "Which job.")
  private String reference;

  @Parameters(index = "1..*", hidden = true)
  private List<String> command = new ArrayList<>();

  @Spec
  void specify(CommandSpec own) {
    own.parser().stopAtPositional(true); // options behind the job are the command's
  }

  @Override
  int run(Terminal terminal) {
    Map<String, String> environment = HostProbe.callerEnvironment(System.getenv());
    RunningJob running = RunningJob.find(reference, environment);
    if (!command.isEmpty() && command.getFirst().equals("--")) {
      command.removeFirst();
    }
    return running.run(
        JobStep.joining(
            running.place(environment, node), screen(), PATIENCE, command, environment));
  }

  /// Whether a person sits before both standard input and output.
  static JobStep.Screen screen() {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return terminal ? JobStep.Screen.TERMINAL : JobStep.Screen.NONE;
  }
}
