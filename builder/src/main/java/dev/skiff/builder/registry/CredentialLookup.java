package dev.skiff.builder.registry;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import dev.skiff.builder.registry.RegistryEndpoint.Role;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.Setting;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Finds credentials where Docker's and Apptainer's users keep them: the environment, Apptainer's
/// file, Docker's file and its credential helpers, in this order.
public final class CredentialLookup implements CredentialSource {

  private static final List<String> PREFIXES =
      List.of("SKIFF_DOCKER_", "APPTAINER_DOCKER_", "SINGULARITY_DOCKER_", "DOCKER_");

  /// NVIDIA's registry, whose keys have one user name for everybody.
  private static final String NGC = "nvcr.io";

  /// The user name that goes with every key of NVIDIA's.
  public static final String NGC_USER = "$oauthtoken";

  private final Map<String, String> environment;
  private final Consumer<Problem> warned;
  private final Set<Path> passedOver = ConcurrentHashMap.newKeySet();

  /// A lookup in one environment.
  ///
  /// @param environment the process' environment
  /// @param warned told, once, of a file or a helper that is of no use
  CredentialLookup(Map<String, String> environment, Consumer<Problem> warned) {
    this.environment = Map.copyOf(environment);
    this.warned = warned;
  }

  /// Whether a registry takes keys of NVIDIA's.
  ///
  /// @param host `host[:port]`
  public static boolean isNgc(String host) {
    return host.equals(NGC);
  }

  @Override
  public Optional<Credentials> of(RegistryEndpoint endpoint, String repository)
      throws RegistryFailure {
    String host = endpoint.host();
    Optional<Credentials> said =
        endpoint.role() == Role.REGISTRY ? fromEnvironment(host) : Optional.empty();
    Optional<Credentials> found = said.isPresent() ? said : stored(host, repository);
    return found.isPresent() || !isNgc(host) ? found : ngcKey();
  }

  /// The pair of variables that is set, meant for the registry a person names, never for mirrors.
  private Optional<Credentials> fromEnvironment(String host) {
    for (String prefix : PREFIXES) {
      String fallback = isNgc(host) ? NGC_USER : "";
      String username = environment.getOrDefault(prefix + "USERNAME", "");
      String password = environment.getOrDefault(prefix + "PASSWORD", "");
      if (!password.isEmpty() && !(username + fallback).isEmpty()) {
        return Optional.of(password(username.isEmpty() ? fallback : username, password));
      }
    }
    return Optional.empty();
  }

  private static Credentials password(String username, String password) {
    return new Credentials(username, new Secret(password), Credentials.Kind.PASSWORD);
  }

  /// The key that NVIDIA's own tools read.
  private Optional<Credentials> ngcKey() {
    return Stream.of("NGC_API_KEY", "NGC_CLI_API_KEY")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(key -> !key.isEmpty())
        .findFirst()
        .map(key -> password(NGC_USER, key));
  }

  /// What files and helpers hold for a host.
  private Optional<Credentials> stored(String host, String repository) throws RegistryFailure {
    for (Path file : authFiles()) {
      Optional<Credentials> found = stored(file, host, repository);
      if (found.isPresent()) {
        return found;
      }
    }
    CredentialRetrieverFactory factory =
        CredentialRetrieverFactory.forImage(
            ImageReference.of(host, repository, "latest"), _ -> {}, environment);
    return retrieve(host, factory.wellKnownCredentialHelpers()).map(CredentialLookup::credentials);
  }

  /// Many images need no password: one that cannot be read is told of, and asked for by whoever
  /// wants it.
  private Optional<Credentials> stored(Path file, String host, String repository) {
    try {
      return new AuthFile(file, environment).find(host, repository);
    } catch (IOException e) {
      warn(
          file,
          new Problem(
              "the password for '%s' is not taken from '%s'".formatted(host, file),
              RegistryFailure.firstLine(e),
              "log in again, mend the file, or name another one with --authfile"));
    } catch (ProblemException e) {
      warn(file, e.problem());
    }
    return Optional.empty();
  }

  private void warn(Path file, Problem problem) {
    if (passedOver.add(file)) {
      warned.accept(problem);
    }
  }

  /// A file that a variable names, in place of Apptainer's.
  static Optional<Path> namedFile(Map<String, String> environment) {
    return Setting.AUTH_FILE.variables().stream()
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .map(Path::of);
  }

  /// Files that may hold something, the first to be asked first: ours or Apptainer's, Docker's, and
  /// those of containers/image. Found by the environment: as root of a namespace, the process has
  /// another home by its id.
  private List<Path> authFiles() {
    List<Path> files = new ArrayList<>();
    Optional<Path> home = folder("HOME");
    Optional<Path> own = home.map(folder -> folder.resolve(".apptainer/docker-config.json"));
    namedFile(environment).or(() -> own).ifPresent(files::add);
    folder("DOCKER_CONFIG")
        .or(() -> home.map(folder -> folder.resolve(".docker")))
        .ifPresent(folder -> files.add(folder.resolve("config.json")));
    folder("REGISTRY_AUTH_FILE").ifPresent(files::add);
    Optional<Path> settings =
        folder("XDG_CONFIG_HOME").or(() -> home.map(folder -> folder.resolve(".config")));
    Stream.of(folder("XDG_RUNTIME_DIR"), settings)
        .flatMap(Optional::stream)
        .forEach(folder -> files.add(folder.resolve("containers/auth.json")));
    return files.stream().filter(Files::isReadable).toList();
  }

  private Optional<Path> folder(String variable) {
    String value = environment.getOrDefault(variable, "");
    return value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
  }

  /// In a thread of its own: a helper may wait for somebody at a screen, and nobody is there.
  private static Optional<Credential> retrieve(String host, CredentialRetriever retriever)
      throws RegistryFailure {
    FutureTask<Optional<Credential>> asked = new FutureTask<>(retriever::retrieve);
    Thread.ofPlatform().daemon().name("credentials").start(asked);
    try {
      return asked.get(CredentialProgram.SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      endHelpers();
      throw unreadable(host, "the helper does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      endHelpers();
      throw unreadable(host, "it was interrupted");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause.getCause() instanceof FileNotFoundException) {
        return Optional.empty();
      }
      throw unreadable(host, RegistryFailure.firstLine(cause));
    }
  }

  private static void endHelpers() {
    ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains("docker-credential-"))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static RegistryFailure unreadable(String host, String why) {
    return new RegistryFailure(
        RegistryFailure.Kind.DENIED, host, "the stored credentials cannot be read: " + why);
  }

  private static Credentials credentials(Credential found) {
    return found.isOAuth2RefreshToken()
        ? new Credentials("", new Secret(found.getPassword()), Credentials.Kind.IDENTITY_TOKEN)
        : new Credentials(
            found.getUsername(), new Secret(found.getPassword()), Credentials.Kind.PASSWORD);
  }
}
