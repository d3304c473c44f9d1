package dev.skiff.cli;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.Builder;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.store.StoreCleaning;
import dev.skiff.builder.store.StoreLease;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.BuildReport;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import java.nio.file.Path;

/// One build, from request to the last line on the terminal.
final class BuildSession {

  private final Terminal terminal;
  private final RegistryOptions options;

  BuildSession(Terminal terminal, RegistryOptions options) {
    this.terminal = terminal;
    this.options = options;
  }

  /// Clients of the registries that images are named by; the caller closes them.
  RegistryClients clients(BuildListener listener) {
    return new RegistryClients(options, terminal, listener);
  }

  /// Prints the plan and does nothing else.
  int print(BuildRequest request) {
    try (BuildReport report = new BuildProgress(terminal);
        RegistryClients clients = clients(report)) {
      BuildPlan plan = new Builder(clients, clients, report).plan(request);
      terminal.show(BuildPlanText.of(plan));
    }
    return ExitCode.DONE.status();
  }

  /// @param report told of everything; closed at the end
  int build(BuildRequest request, BuildReport report) {
    Path cache = BlobCache.of(request.environment()).root();
    try (report;
        StoreLease _ = StoreLease.begin(cache);
        RegistryClients clients = clients(report)) {
      Builder builder = new Builder(clients, clients, report);
      report.finished(builder.build(builder.plan(request), request));
    }
    StoreCleaning.trim(cache, request.environment());
    return ExitCode.DONE.status();
  }
}
