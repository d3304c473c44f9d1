package dev.skiff.cli;

import dev.skiff.builder.registry.Credentials;
import dev.skiff.builder.registry.Offline;
import dev.skiff.cli.output.Terminal;
import dev.skiff.runtime.config.ConfigPlaces;
import dev.skiff.runtime.config.Configuration;
import dev.skiff.runtime.config.Setting;
import dev.skiff.runtime.config.SkiffConfig;
import dev.skiff.runtime.host.HostProbe;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How registries are spoken to, and the configuration, which is read once, when first asked for.
final class RegistryOptions {

  private static final List<String> PLAIN_VARIABLES =
      List.of("SKIFF_NOHTTPS", "APPTAINER_NOHTTPS", "SINGULARITY_NOHTTPS");

  private static final List<String> LOGIN_VARIABLES =
      List.of("SKIFF_DOCKER_LOGIN", "APPTAINER_DOCKER_LOGIN", "SINGULARITY_DOCKER_LOGIN");

  @Option(
      names = {"--no-https", "--nohttps"},
      description = "Speak plain http to the registry that is named.")
  private boolean plain;

  @Option(
      names = "--docker-login",
      description = "Ask for the registry's user name and password, for this time only.")
  private boolean login;

  @Option(
      names = "--authfile",
      paramLabel = "FILE",
      description =
          "Where passwords of registries are kept (default: ~/.apptainer/docker-config.json).")
  private Optional<Path> authFile = Optional.empty();

  @Option(
      names = "--offline",
      description = "Ask no host for images: take what the cache has, or fail.")
  private boolean offline;

  @Option(
      names = "--docker-host",
      paramLabel = "ADDRESS",
      description = "Where the Docker daemon is (default: DOCKER_HOST, else as docker finds it).")
  private Optional<String> dockerHost = Optional.empty();

  @Option(
      names = "--library",
      paramLabel = "URL",
      description = "The server that library:// asks (default: the setting 'library').")
  private Optional<String> library = Optional.empty();

  private Optional<Credentials> asked = Optional.empty();
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

  /// The caller's variables, and those that the configuration stands for. A password that a person
  /// is to be asked for is asked for now: later there is progress in the way.
  Map<String, String> environment(Terminal terminal) {
    Map<String, String> environment =
        configuration(terminal).environment(HostProbe.callerEnvironment(System.getenv()));
    if (asked.isEmpty() && (login || isTrue(LOGIN_VARIABLES, environment))) {
      asked = Optional.of(new PasswordPrompt().ask("", ""));
    }
    if (offline) {
      environment.put(Offline.VARIABLE, "true");
    }
    dockerHost.ifPresent(address -> environment.put("DOCKER_HOST", address));
    library.ifPresent(server -> environment.put("SKIFF_LIBRARY", server));
    for (String other : Setting.LIBRARY.variables()) {
      String said = environment.getOrDefault(other, "");
      if (!said.isEmpty()) {
        environment.putIfAbsent("SKIFF_LIBRARY", said);
      }
    }
    return environment;
  }

  /// The same for whoever looks for passwords.
  Map<String, String> loginEnvironment(Terminal terminal) {
    Map<String, String> environment = new HashMap<>(environment(terminal));
    authFile.ifPresent(file ->
        environment.put(
            Setting.AUTH_FILE.variables().getFirst(), file.toAbsolutePath().toString()));
    return environment;
  }

  /// The same, with the password that a person was asked for: for registries alone.
  Map<String, String> registryEnvironment(Terminal terminal) {
    Map<String, String> environment = loginEnvironment(terminal);
    asked.ifPresent(said -> {
      environment.put("SKIFF_DOCKER_USERNAME", said.username());
      environment.put("SKIFF_DOCKER_PASSWORD", said.password().reveal());
    });
    return environment;
  }

  SkiffConfig config(Terminal terminal) {
    return configuration(terminal).settings();
  }

  boolean plainHttp(Map<String, String> environment) {
    return plain || isTrue(PLAIN_VARIABLES, environment);
  }

  private static boolean isTrue(List<String> variables, Map<String, String> environment) {
    return variables.stream()
        .anyMatch(name -> ReuseOptions.isTrue(environment.getOrDefault(name, "")));
  }
}
