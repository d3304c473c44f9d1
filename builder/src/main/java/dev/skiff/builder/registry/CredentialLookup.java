package dev.skiff.builder.registry;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds credentials where Docker's and Apptainer's users keep them: the environment, Apptainer's
/// file, Docker's file and its credential helpers, in this order.
public final class CredentialLookup {

  private static final List<String> PREFIXES =
      List.of("SKIFF_DOCKER_", "APPTAINER_DOCKER_", "SINGULARITY_DOCKER_", "DOCKER_");

  private final Map<String, String> environment;

  /// A lookup in one environment.
  ///
  /// @param environment the process' environment
  public CredentialLookup(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// The pair of variables that is set, meant for the registry a person names, never for mirrors.
  Optional<Credentials> fromEnvironment() {
    for (String prefix : PREFIXES) {
      String username = environment.getOrDefault(prefix + "USERNAME", "");
      String password = environment.getOrDefault(prefix + "PASSWORD", "");
      if (!username.isEmpty() && !password.isEmpty()) {
        return Optional.of(
            new Credentials(username, new Secret(password), Credentials.Kind.PASSWORD));
      }
    }
    return Optional.empty();
  }

  /// What files and helpers hold for a host.
  ///
  /// @param host `host[:port]`
  Optional<Credentials> stored(String host, String repository) throws RegistryFailure {
    CredentialRetrieverFactory factory =
        CredentialRetrieverFactory.forImage(
            ImageReference.of(host, repository, "latest"), _ -> {}, environment);
    List<CredentialRetriever> retrievers = new ArrayList<>();
    authFiles().forEach(file -> retrievers.add(factory.dockerConfig(file)));
    retrievers.add(factory.dockerConfig());
    retrievers.add(factory.wellKnownCredentialHelpers());
    for (CredentialRetriever retriever : retrievers) {
      Optional<Credential> found = retrieve(host, retriever);
      if (found.isPresent()) {
        return found.map(CredentialLookup::credentials);
      }
    }
    return Optional.empty();
  }

  private List<Path> authFiles() {
    String named = environment.getOrDefault("APPTAINER_AUTH_FILE", "");
    String home = environment.getOrDefault("HOME", "");
    List<Path> files = new ArrayList<>();
    if (!named.isEmpty()) {
      files.add(Path.of(named));
    } else if (!home.isEmpty()) {
      files.add(Path.of(home, ".apptainer", "docker-config.json"));
    }
    files.removeIf(file -> !Files.isReadable(file));
    return files;
  }

  private static Optional<Credential> retrieve(String host, CredentialRetriever retriever)
      throws RegistryFailure {
    try {
      return retriever.retrieve();
    } catch (CredentialRetrievalException e) {
      if (e.getCause() instanceof FileNotFoundException) {
        return Optional.empty();
      }
      throw new RegistryFailure(
          RegistryFailure.Kind.DENIED,
          host,
          "the stored credentials cannot be read: " + RegistryFailure.firstLine(e));
    }
  }

  private static Credentials credentials(Credential found) {
    return found.isOAuth2RefreshToken()
        ? new Credentials("", new Secret(found.getPassword()), Credentials.Kind.IDENTITY_TOKEN)
        : new Credentials(
            found.getUsername(), new Secret(found.getPassword()), Credentials.Kind.PASSWORD);
  }
}
