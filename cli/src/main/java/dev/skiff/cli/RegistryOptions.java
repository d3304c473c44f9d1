package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.runtime.config.ConfigPlaces;
import dev.skiff.runtime.config.Configuration;
import dev.skiff.runtime.config.SkiffConfig;
import dev.skiff.runtime.host.HostProbe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How registries are spoken to, and the configuration, which is read once, when first asked for.
final class RegistryOptions {

  private static final List<String> PLAIN_VARIABLES =
      List.of("SKIFF_NOHTTPS", "APPTAINER_NOHTTPS", "SINGULARITY_NOHTTPS");

  @Option(
      names = {"--no-https", "--nohttps"},
      description = "Speak plain http to the registry that is named.")
  private boolean plain;

  private Optional<Configuration> loaded = Optional.empty();

  /// The configuration; what of it was passed over is told the first time.
  Configuration configuration(Terminal terminal) {
    if (loaded.isEmpty()) {
      Configuration configuration = Configuration.load(places());
      configuration.warnings().forEach(terminal::warn);
      loaded = Optional.of(configuration);
    }
    return loaded.get();
  }

  /// Where the caller's configurations lie.
  static ConfigPlaces places() {
    Map<String, String> environment = HostProbe.callerEnvironment(System.getenv());
    long uid = HostProbe.of(Path.of("/")).caller(environment).uid();
    return new ConfigPlaces(environment, Path.of("").toAbsolutePath(), uid);
  }

  /// The caller's variables, and those that the configuration stands for.
  Map<String, String> environment(Terminal terminal) {
    return configuration(terminal).environment(HostProbe.callerEnvironment(System.getenv()));
  }

  SkiffConfig config(Terminal terminal) {
    return configuration(terminal).settings();
  }

  boolean plainHttp(Map<String, String> environment) {
    return plain
        || PLAIN_VARIABLES.stream()
            .anyMatch(name -> ReuseOptions.isTrue(environment.getOrDefault(name, "")));
  }
}
