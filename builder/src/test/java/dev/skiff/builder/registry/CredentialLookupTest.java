package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.registry.RegistryEndpoint.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialLookupTest {

  private static final String HOST = "registry.lab:5000";

  @TempDir Path home;

  private String found(Map<String, String> more) throws RegistryFailure {
    Map<String, String> environment = new TreeMap<>(Map.of("HOME", home.toString()));
    more.forEach((name, value) -> environment.put(name, value.replace("@", home.toString())));
    RegistryEndpoint endpoint = new RegistryEndpoint("https://" + HOST, Role.REGISTRY);
    Optional<Credentials> credentials = new CredentialLookup(environment).of(endpoint, "team/app");
    return credentials
        .map(known -> known.username() + ":" + known.password().reveal() + ":" + known.kind())
        .orElse("nothing");
  }

  private void keep(String path, String user) throws IOException {
    byte[] pair = (user + ":secret").getBytes(StandardCharsets.UTF_8);
    String auth = Base64.getEncoder().encodeToString(pair);
    write(path, "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(HOST, auth));
  }

  private Path write(String path, String text) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /// The user's home is what the variable says: by its id the process may be root.
  @ParameterizedTest
  @CsvSource({
    ".apptainer/docker-config.json, A, a",
    ".docker/config.json, A, a",
    "elsewhere/config.json, DOCKER_CONFIG, @/elsewhere",
    "own.json, REGISTRY_AUTH_FILE, @/own.json",
    "run/containers/auth.json, XDG_RUNTIME_DIR, @/run",
    ".config/containers/auth.json, A, a",
    "settings/containers/auth.json, XDG_CONFIG_HOME, @/settings",
  })
  void everyFileOfTheUsersIsRead(String path, String variable, String value) throws IOException {
    assertThat(found(Map.of(variable, value))).isEqualTo("nothing");
    keep(path, "alice");
    assertThat(found(Map.of(variable, value))).isEqualTo("alice:secret:PASSWORD");
  }

  @Test
  void theFirstFileThatKnowsTheRegistryIsTaken() throws IOException {
    keep(".config/containers/auth.json", "podman");
    keep(".docker/config.json", "docker");
    assertThat(found(Map.of())).startsWith("docker:");
    write(".apptainer/docker-config.json", "{\"auths\":{\"other:1\":{\"auth\":\"YTpi\"}}}");
    assertThat(found(Map.of())).startsWith("docker:");
    keep(".apptainer/docker-config.json", "apptainer");
    assertThat(found(Map.of())).startsWith("apptainer:");
    assertThat(found(Map.of("SKIFF_DOCKER_USERNAME", "me", "SKIFF_DOCKER_PASSWORD", "now")))
        .startsWith("me:now:");
  }

  @Test
  void anIdentityTokenIsToldFromAPassword() throws IOException {
    write(
        ".docker/config.json",
        "{\"auths\":{\"%s\":{\"auth\":\"%s\",\"identitytoken\":\"t0ken\"}}}"
            .formatted(
                HOST,
                Base64.getEncoder().encodeToString("alice:".getBytes(StandardCharsets.UTF_8))));
    assertThat(found(Map.of())).isEqualTo(":t0ken:IDENTITY_TOKEN");
  }
}
