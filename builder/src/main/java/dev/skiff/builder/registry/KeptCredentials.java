package dev.skiff.builder.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skiff.image.oci.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a file in the form of Docker's `config.json` holds, looked up as Docker and the tools of
/// containers/image do: for the repository, for the projects above it, for the registry; where the
/// file has nothing, the helper that it names is asked.
///
/// @param root the file's content
/// @param environment the caller's, for credential helpers
/// @see <a
///   href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">auth.json</a>
record KeptCredentials(JsonNode root, Map<String, String> environment) {

  private static final List<String> DOCKER_HUB =
      List.of(
          ImageReference.DOCKER_HUB,
          "index.docker.io",
          "registry-1.docker.io",
          "registry.hub.docker.com");

  /// @param host `host[:port]`
  /// @throws IOException if an entry or a helper is of no use
  Optional<Credentials> of(String host, String repository) throws IOException {
    for (String name : names(host, repository)) {
      for (Map.Entry<String, JsonNode> entry : root.path("auths").properties()) {
        Optional<Credentials> kept =
            name.equals(plain(entry.getKey())) ? kept(entry.getValue()) : Optional.empty();
        if (kept.isPresent()) {
          return kept;
        }
      }
    }
    return asked(host);
  }

  /// `host/team/app`, `host/team`, `host`.
  private static List<String> names(String host, String repository) {
    List<String> names = new ArrayList<>();
    String name = plain(host) + "/" + repository;
    for (int slash = name.length(); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
      names.add(name.substring(0, slash));
    }
    return names;
  }

  /// A key without what older programs wrote around it, and Docker Hub by its one name.
  private static String plain(String key) {
    String name = key.replaceFirst("^https?://", "").replaceFirst("(/v[12])?/*$", "");
    return DOCKER_HUB.contains(name) ? ImageReference.DOCKER_HUB : name;
  }

  private static Optional<Credentials> kept(JsonNode entry) throws IOException {
    String token = entry.path("identitytoken").asText("");
    if (!token.isEmpty()) {
      return Optional.of(new Credentials("", new Secret(token), Credentials.Kind.IDENTITY_TOKEN));
    }
    String pair = pair(entry.path("auth").asText(""));
    int colon = pair.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : shown(pair.substring(0, colon), pair.substring(colon + 1));
  }

  private static String pair(String auth) throws IOException {
    try {
      return new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IOException("an entry of it is no base64", e);
    }
  }

  /// The helper of the registry, else that of all registries.
  private Optional<Credentials> asked(String host) throws IOException {
    String server = plain(host);
    String helper = root.path("credsStore").asText("");
    if (server.equals(ImageReference.DOCKER_HUB)) {
      server = AuthFile.DOCKER_HUB_KEY;
    }
    for (Map.Entry<String, JsonNode> one : root.path("credHelpers").properties()) {
      if (plain(one.getKey()).equals(plain(host))) {
        server = one.getKey();
        helper = one.getValue().asText("");
      }
    }
    return helper.isEmpty() ? Optional.empty() : asked(helper, server);
  }

  private Optional<Credentials> asked(String helper, String server) throws IOException {
    try {
      return new CredentialProgram(helper, environment).get(server);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// A password, or a token by the user name that stands for one.
  static Optional<Credentials> shown(String user, String secret) {
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        user.equals("<token>")
            ? new Credentials("", new Secret(secret), Credentials.Kind.IDENTITY_TOKEN)
            : new Credentials(user, new Secret(secret), Credentials.Kind.PASSWORD));
  }
}
