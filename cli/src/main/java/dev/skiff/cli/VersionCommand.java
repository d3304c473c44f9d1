package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import picocli.CommandLine.Command;

/// `skiff version`.
@Command(name = "version", description = "Print the version.")
final class VersionCommand extends Subcommand {

  @Override
  int run(Terminal terminal) {
    terminal.out().println(Version.number());
    return ExitCode.DONE.status();
  }
}
