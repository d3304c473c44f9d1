package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.registry.RegistryEndpoint.Role;
import dev.skiff.definitions.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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
  private final List<Problem> told = new ArrayList<>();

  private String found(Map<String, String> more) throws RegistryFailure {
    Map<String, String> environment = new TreeMap<>(Map.of("HOME", home.toString()));
    more.forEach((name, value) -> environment.put(name, value.replace("@", home.toString())));
    RegistryEndpoint endpoint = new RegistryEndpoint("https://" + HOST, Role.REGISTRY);
    Optional<Credentials> credentials =
        new CredentialLookup(environment, told::add).of(endpoint, "team/app");
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

  private static String base64(String pair) {
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anIdentityTokenNeedsNoUserName() throws IOException {
    write(".docker/config.json", "{\"auths\":{\"%s\":{\"identitytoken\":\"t\"}}}".formatted(HOST));
    assertThat(found(Map.of())).isEqualTo(":t:IDENTITY_TOKEN");
  }

  @ParameterizedTest
  @CsvSource({
    "registry.lab:5000/team/app, true",
    "registry.lab:5000/team, true",
    "https://registry.lab:5000, true",
    "https://registry.lab:5000/v1/, true",
    "http://registry.lab:5000/v2/, true",
    "registry.lab:5000/, true",
    "registry.lab:5000/other, false",
    "registry.lab:5000/tea, false",
    "registry.lab, false",
  })
  void anEntryMayBeForARegistryOrAProjectOfIt(String key, boolean expected) throws IOException {
    write(
        ".docker/config.json",
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(key, base64("alice:w")));
    assertThat(found(Map.of())).isEqualTo(expected ? "alice:w:PASSWORD" : "nothing");
  }

  @Test
  void theNearestProjectIsTaken() throws IOException {
    write(
        ".docker/config.json",
        "{\"auths\":{\"%1$s\":{\"auth\":\"%2$s\"},\"%1$s/team\":{\"auth\":\"%3$s\"}}}"
            .formatted(HOST, base64("all:w"), base64("team:w")));
    assertThat(found(Map.of())).isEqualTo("team:w:PASSWORD");
  }

  /// A helper that runs the script, for the registry.
  private Map<String, String> helper(String script) throws IOException {
    Path program = write("bin/docker-credential-test", "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    write(".docker/config.json", "{\"credHelpers\":{\"%s\":\"test\"}}".formatted(HOST));
    return Map.of("PATH", program.getParent() + ":/usr/bin:/bin");
  }

  @Test
  void aHelperIsAskedForTheRegistry() throws IOException {
    Map<String, String> environment =
        helper(
            "read server; echo '{\"Username\":\"'$1'\",\"Secret\":\"'$server'\"}'; sleep 100 &\n"
                + "exec >/dev/null 2>&1; kill $!");
    assertThat(found(environment)).isEqualTo("get:registry.lab:5000:PASSWORD");
    assertThat(found(helper("cat >/dev/null; echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'")))
        .isEqualTo(":t:IDENTITY_TOKEN");
    assertThat(found(helper("echo credentials not found in native keychain; exit 1")))
        .isEqualTo("nothing");
    assertThat(told).isEmpty();
  }

  @Test
  void aHelperThatFailsIsToldOfAndTheNextFileIsRead() throws IOException {
    keep(".config/containers/auth.json", "podman");
    assertThat(found(helper("cat >/dev/null; echo the keyring is locked; exit 3")))
        .isEqualTo("podman:secret:PASSWORD");
    assertThat(told)
        .extracting(Problem::why)
        .containsExactly("docker-credential-test get ends with 3: the keyring is locked");
    assertThat(told).extracting(Problem::what).allMatch(what -> what.contains("config.json"));
  }

  @Test
  void aHelperThatIsNoneOrTalksNonsenseIsToldOf() throws IOException {
    assertThat(found(helper("cat >/dev/null; echo '{\"Secret\":\"w0nder'"))).isEqualTo("nothing");
    write(".docker/config.json", "{\"credsStore\":\"absent\"}");
    assertThat(found(Map.of("PATH", "/usr/bin:/bin"))).isEqualTo("nothing");
    write(".docker/config.json", "{\"credsStore\":\"../absent\"}");
    assertThat(found(Map.of("PATH", "/usr/bin:/bin"))).isEqualTo("nothing");
    write(".docker/config.json", "w0nder");
    assertThat(found(Map.of())).isEqualTo("nothing");
    assertThat(told)
        .extracting(Problem::why)
        .containsExactly(
            "what docker-credential-test answers is no JSON",
            "docker-credential-absent is not in PATH",
            "'../absent' names no credential helper",
            "it is no JSON");
  }
}
