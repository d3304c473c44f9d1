package dev.skiff.builder.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.builder.registry.RegistryHttp.Get;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Answers a registry's challenge, and keeps the answer for the requests that follow.
final class RegistryAuth {

  private static final int LARGEST_TOKEN = 256 << 10;

  private final RegistryHttp http;
  private final CredentialSource source;
  private final Map<Scope, Secret> answers = new ConcurrentHashMap<>();

  private record Scope(RegistryEndpoint endpoint, String repository) {}

  RegistryAuth(RegistryHttp http, CredentialSource source) {
    this.http = http;
    this.source = source;
  }

  /// The header that answered the last challenge for a repository.
  Optional<Secret> known(RegistryEndpoint endpoint, String repository) {
    return Optional.ofNullable(answers.get(new Scope(endpoint, repository)));
  }

  /// A header that answers a challenge.
  ///
  /// @throws RegistryFailure if there is no answer, or the token service refuses
  Secret answer(RegistryEndpoint endpoint, String repository, AuthChallenge challenge)
      throws IOException {
    Optional<Credentials> credentials = source.of(endpoint, repository);
    Secret answer =
        challenge.scheme().equals("basic")
            ? basic(endpoint, credentials)
            : bearer(endpoint, repository, challenge, credentials);
    answers.put(new Scope(endpoint, repository), answer);
    return answer;
  }

  private static Secret basic(RegistryEndpoint endpoint, Optional<Credentials> credentials)
      throws RegistryFailure {
    if (credentials.isEmpty() || credentials.get().kind() != Credentials.Kind.PASSWORD) {
      throw new RegistryFailure(
          Kind.DENIED, endpoint.host(), "it asks for a user name and a password");
    }
    return credentials.get().basicHeader(); // http is spoken only where a person allowed it
  }

  private Secret bearer(
      RegistryEndpoint endpoint,
      String repository,
      AuthChallenge challenge,
      Optional<Credentials> credentials)
      throws IOException {
    URI realm = realm(endpoint, challenge);
    String scope =
        challenge
            .parameters()
            .getOrDefault(
                "scope", repository.isEmpty() ? "" : "repository:%s:pull".formatted(repository));
    String service = challenge.parameters().getOrDefault("service", "");
    boolean token =
        credentials.isPresent() && credentials.get().kind() == Credentials.Kind.IDENTITY_TOKEN;
    HttpResponse<InputStream> response =
        token
            ? http.post(
                realm,
                "grant_type=refresh_token&client_id=skiff&service=%s&scope=%s&refresh_token=%s"
                    .formatted(
                        encoded(service),
                        encoded(scope),
                        encoded(credentials.get().password().reveal())))
            : http.get(
                new Get(
                    withQuery(realm, service, scope),
                    Map.of("Accept", "application/json"),
                    credentials.map(Credentials::basicHeader)));
    if (response.statusCode() != 200) {
      throw RegistryHttp.failure(response);
    }
    JsonNode answer = RegistryHttp.json(response, LARGEST_TOKEN);
    String value = answer.path("token").asText(answer.path("access_token").asText(""));
    if (!value.matches("[\\x21-\\x7e]+")) {
      throw new RegistryFailure(Kind.PROTOCOL, RegistryHttp.host(realm), "it gives no token");
    }
    return new Secret("Bearer " + value);
  }

  /// Where tokens are given; never a way for secrets to leave over plain http.
  private static URI realm(RegistryEndpoint endpoint, AuthChallenge challenge)
      throws RegistryFailure {
    String text = challenge.parameters().getOrDefault("realm", "");
    try {
      URI realm = URI.create(text);
      boolean secure = "https".equals(realm.getScheme());
      boolean allowed =
          endpoint.isPlainHttp()
              && "http".equals(realm.getScheme())
              && endpoint.host().equals(realm.getAuthority());
      if ((secure || allowed) && realm.getHost() != null && realm.getUserInfo() == null) {
        return realm;
      }
    } catch (IllegalArgumentException e) {
      // told below, as every other place that gets no password
    }
    throw new RegistryFailure(
        Kind.PROTOCOL,
        endpoint.host(),
        "it names '%s' as the place for tokens".formatted(RegistryHttp.clean(text, 200)));
  }

  private static URI withQuery(URI realm, String service, String scope) {
    List<String> query = new ArrayList<>();
    if (!service.isEmpty()) {
      query.add("service=" + encoded(service));
    }
    if (!scope.isEmpty()) {
      query.add("scope=" + encoded(scope));
    }
    String separator = query.isEmpty() ? "" : realm.getRawQuery() == null ? "?" : "&";
    return URI.create(realm + separator + String.join("&", query));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
