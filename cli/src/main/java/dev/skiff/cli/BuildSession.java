package dev.skiff.cli;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.Builder;
import dev.skiff.builder.base.Registries;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.registry.RegistryClient;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.DownloadProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.runtime.config.SkiffConfig;
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

  /// Prints the plan and does nothing else.
  int print(BuildRequest request) {
    BuildProgress progress = new BuildProgress(terminal);
    try (RegistryClients clients = new RegistryClients(progress)) {
      BuildPlan plan = new Builder(clients, progress).plan(request);
      terminal.out().print(BuildPlanText.of(plan));
      terminal.out().flush();
    }
    return ExitCode.DONE.status();
  }

  int build(BuildRequest request) {
    BuildProgress progress = new BuildProgress(terminal);
    try (RegistryClients clients = new RegistryClients(progress)) {
      Builder builder = new Builder(clients, progress);
      builder.build(builder.plan(request), request);
    } finally {
      progress.clear();
    }
    terminal.inform("built " + request.target().path());
    return ExitCode.DONE.status();
  }

  /// One client, opened when the first image of a registry is asked for.
  final class RegistryClients implements Registries, AutoCloseable {

    private final BuildProgress progress;
    private final java.util.List<RegistryClient> open = new java.util.ArrayList<>();

    RegistryClients(BuildProgress progress) {
      this.progress = progress;
    }

    @Override
    public synchronized dev.skiff.image.oci.ImageSource open(ImageReference reference) {
      SkiffConfig config = options.config(environment);
      if (options.plainHttp()) {
        config = config.withInsecure(reference.registry());
      }
      RegistryClient client =
          RegistryClient.open(
              RegistryClient.Settings.of(config, environment, new DownloadProgress(progress)));
      open.add(client);
      return client.image(reference);
    }

    @Override
    public void close() {
      open.forEach(RegistryClient::close);
    }
  }
}
