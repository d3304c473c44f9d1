package dev.skiff.cli;

import dev.skiff.builder.base.Registries;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.RegistryClient;
import dev.skiff.cli.output.DownloadProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.runtime.config.SkiffConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The registries of one build. The configuration is read, and a client opened, when the first
/// image is asked for: a build without a registry needs neither.
final class RegistryClients implements Registries, AutoCloseable {

  private final RegistryOptions options;
  private final Terminal terminal;
  private final BuildListener listener;
  private final List<RegistryClient> open = new ArrayList<>();

  RegistryClients(RegistryOptions options, Terminal terminal, BuildListener listener) {
    this.options = options;
    this.terminal = terminal;
    this.listener = BuildListener.oneAtATime(listener);
  }

  @Override
  public synchronized ImageSource open(ImageReference reference) {
    SkiffConfig config = options.config(terminal);
    Map<String, String> environment = options.registryEnvironment(terminal);
    if (options.plainHttp(environment)) {
      config = config.withInsecure(reference.registry());
    }
    RegistryClient client =
        RegistryClient.open(
            RegistryClient.Settings.of(config, environment, new DownloadProgress(listener)));
    open.add(client);
    return client.image(reference);
  }

  @Override
  public void close() {
    open.forEach(RegistryClient::close);
  }
}
