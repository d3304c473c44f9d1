package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What every command has: help, and the terminal of the root command.
@Command(mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true)
abstract class Subcommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /// Does the work and returns the exit status.
  abstract int run(Terminal terminal);

  @Override
  public final Integer call() {
    return run(((RootCommand) spec.root().userObject()).terminal());
  }
}
