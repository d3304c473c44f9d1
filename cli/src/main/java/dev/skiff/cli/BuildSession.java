package dev.skiff.cli;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.Builder;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import java.util.Map;

/// One build, from request to the last line on the terminal.
final class BuildSession {

  private final Terminal terminal;
  private final Map<String, String> environment;
  private final RegistryOptions options;

  BuildSession(Terminal terminal, Map<String, String> environment, RegistryOptions options) {
    this.terminal = terminal;
    this.environment = environment;
    this.options = options;
  }

  /// Clients of the registries that images are named by; the caller closes them.
  RegistryClients clients(BuildListener listener) {
    return new RegistryClients(options, environment, listener);
  }

  /// Prints the plan and does nothing else.
  int print(BuildRequest request) {
    BuildProgress progress = new BuildProgress(terminal);
    try (RegistryClients clients = clients(progress)) {
      BuildPlan plan = new Builder(clients, progress).plan(request);
      terminal.out().print(BuildPlanText.of(plan));
      terminal.out().flush();
    }
    return ExitCode.DONE.status();
  }

  int build(BuildRequest request) {
    BuildProgress progress = new BuildProgress(terminal);
    try (RegistryClients clients = clients(progress)) {
      Builder builder = new Builder(clients, progress);
      builder.build(builder.plan(request), request);
    } finally {
      progress.clear();
    }
    terminal.inform("built " + request.target().path());
    return ExitCode.DONE.status();
  }
}
