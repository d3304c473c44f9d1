package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.builder.registry.RegistryHttp.Get;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.runtime.config.RegistrySettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;

/// Asks a registry whether it takes a password.
///
/// @param settings how it is spoken to
/// @param environment the caller's, for proxies
public record RegistryLogin(RegistrySettings settings, Map<String, String> environment) {

  /// What a registry said.
  public enum Answer {
    TAKEN,
    /// It lets everybody in, so the password was not tried.
    NOT_ASKED_FOR
  }

  public RegistryLogin {
    environment = Map.copyOf(environment);
  }

  /// The registry that a person means: `docker://HOST`, `oras://HOST` or `HOST`.
  ///
  /// @throws ProblemException if it is none
  public static String host(String text) {
    String host = text.replaceFirst("^(docker|oras|https?)://", "").replaceFirst("/$", "");
    boolean hub = host.equals("index.docker.io") || host.equals("registry-1.docker.io");
    if (host.matches(
        "(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?")) {
      return hub ? ImageReference.DOCKER_HUB : host;
    }
    throw new ProblemException(
        new Problem(
            "cannot use '%s' as the name of a registry".formatted(text),
            "a login is for a whole registry, named HOST or HOST:PORT",
            "write for example: skiff registry login docker.io"),
        ExitCode.USAGE);
  }

  /// Shows it the password.
  ///
  /// @param host `host[:port]`
  /// @throws ProblemException if it refuses, or cannot be asked
  public Answer check(String host, Credentials credentials) {
    RegistryEndpoint endpoint = RegistryEndpoint.of(host, settings).getLast();
    try (RegistryHttp http = new RegistryHttp(settings, environment)) {
      URI uri = URI.create(endpoint.base() + "/v2/");
      HttpResponse<InputStream> open = http.get(new Get(uri, Map.of(), Optional.empty()));
      if (open.statusCode() == 200) {
        open.body().close();
        return Answer.NOT_ASKED_FOR;
      }
      Optional<AuthChallenge> challenge =
          AuthChallenge.parse(open.headers().allValues("WWW-Authenticate"));
      if (open.statusCode() != 401 || challenge.isEmpty()) {
        throw RegistryHttp.failure(open);
      }
      open.body().close();
      RegistryAuth auth = new RegistryAuth(http, (_, _) -> Optional.of(credentials));
      Secret answer = auth.answer(endpoint, "", challenge.get());
      HttpResponse<InputStream> closed = http.get(new Get(uri, Map.of(), Optional.of(answer)));
      if (closed.statusCode() != 200) {
        throw RegistryHttp.failure(closed);
      }
      closed.body().close();
      return Answer.TAKEN;
    } catch (RegistryFailure e) {
      throw refused(host, e);
    } catch (IOException e) {
      throw refused(
          host, new RegistryFailure(Kind.UNREACHABLE, host, RegistryFailure.firstLine(e)));
    }
  }

  private static ProblemException refused(String host, RegistryFailure failure) {
    String fix =
        switch (failure.kind()) {
          case DENIED ->
              CredentialLookup.isNgc(host)
                  ? "the user name is $oauthtoken, the password a key of ngc.nvidia.com"
                  : "check user name and password; many registries want a token as the password";
          case UNREACHABLE, UNKNOWN_HOST ->
              "check the spelling of '%s', the network and https_proxy".formatted(host);
          default -> RegistryProblems.fix(host, host, failure);
        };
    return new ProblemException(
        new Problem(
            "cannot log in to '%s'".formatted(host), String.valueOf(failure.getMessage()), fix),
        RegistryProblems.exitCode(failure.kind()),
        failure);
  }
}
