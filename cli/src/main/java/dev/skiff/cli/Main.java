package dev.skiff.cli;

import dev.skiff.cli.container.ContainerCommand;
import dev.skiff.cli.output.Terminal;
import dev.skiff.runtime.request.ExitConvention;

/// Where `skiff` begins. Ends with the codes of {@link dev.skiff.definitions.problem.ExitCode}.
public final class Main {

  private Main() {}

  static void main(String[] args) {
    int status = run(args, Terminal.system());
    System.exit(status == 0 ? 0 : ExitConvention.asked(args, System.getenv()).of(status, args));
  }

  /// Does what the words say and returns the exit status; never throws.
  static int run(String[] args, Terminal terminal) {
    try {
      if (ContainerCommand.isMeant(args)) {
        return ContainerCommand.run(args, terminal, new HelpOnDemand(terminal));
      }
      return RootCommand.execute(args, terminal);
    } catch (RuntimeException | Error e) {
      return Failures.report(e, terminal);
    }
  }
}
