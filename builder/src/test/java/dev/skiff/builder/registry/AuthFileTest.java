package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthFileTest {

  private static final Credentials ALICE =
      new Credentials("alice", new Secret("wonder:land"), Credentials.Kind.PASSWORD);

  @TempDir Path home;
  private final Map<String, String> environment = new HashMap<>();

  private AuthFile file() {
    environment.put("HOME", home.toString());
    return AuthFile.of(environment);
  }

  @Test
  void aPasswordIsKeptWhereApptainerLooksAndOnlyItsOwnerReadsIt() throws IOException {
    assertThat(file().store("registry.lab:5000", ALICE)).isEqualTo(file().path().toString());
    assertThat(file().path()).isEqualTo(home.resolve(".apptainer/docker-config.json"));
    assertThat(Files.readString(file().path()))
        .isEqualTo(
            """
            {
              "auths" : {
                "registry.lab:5000" : {
                  "auth" : "YWxpY2U6d29uZGVyOmxhbmQ="
                }
              }
            }
            """);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve(".apptainer"))))
        .isEqualTo("rwx------");
    assertThat(file().entries())
        .containsExactly(new AuthFile.Entry("registry.lab:5000", Optional.of("alice"), "file"));
  }

  @Test
  void whatTheFileHoldsBesidesStays() throws IOException {
    Path named = home.resolve("auth.json");
    environment.put("REGISTRY_AUTH_FILE", named.toString());
    Files.writeString(
        named, "{\"auths\": {\"https://a/v1/\": {\"auth\": \"eDp5\"}}, \"proxies\": {\"n\": 1}}");
    file().store("docker.io", ALICE);
    assertThat(file().path()).isEqualTo(named);
    assertThat(Files.readString(named))
        .contains("\"proxies\"")
        .contains("https://a/v1/")
        .contains("https://index.docker.io/v1/");
    assertThat(file().entries()).extracting(AuthFile.Entry::host).containsExactly("a", "docker.io");
    assertThat(file().remove("docker.io")).isTrue();
    assertThat(file().remove("docker.io")).isFalse();
    assertThat(Files.readString(named)).contains("\"proxies\"").doesNotContain("docker.io");
    assertThat(home.toFile().list()).containsExactly("auth.json");
  }

  @Test
  void aHelperThatTheFileNamesKeepsThePassword() throws IOException {
    Path log = home.resolve("log");
    Path helper = home.resolve("bin/docker-credential-test");
    Files.createDirectories(helper.getParent());
    Files.writeString(helper, "#!/bin/sh\necho \"$1 $(cat)\" >>'" + log + "'\n");
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("PATH", helper.getParent() + ":/usr/bin:/bin");
    Path config = home.resolve("config.json");
    environment.put("SKIFF_AUTH_FILE", config.toString());
    Files.writeString(config, "{\"credHelpers\": {\"registry.lab\": \"test\"}}");
    assertThat(file().store("registry.lab", ALICE)).isEqualTo("docker-credential-test");
    assertThat(Files.readString(log))
        .isEqualTo(
            "store {\"ServerURL\":\"registry.lab\",\"Username\":\"alice\","
                + "\"Secret\":\"wonder:land\"}\n");
    assertThat(Files.readString(config)).contains("auths").doesNotContain("d29uZGVy");
    assertThat(file().entries())
        .containsExactly(
            new AuthFile.Entry("registry.lab", Optional.empty(), "docker-credential-test"));
    assertThat(file().remove("registry.lab")).isTrue();
    assertThat(Files.readString(log)).endsWith("erase registry.lab\n");
  }

  @Test
  void aHelperThatIsNoneOrMissingKeepsNothing() throws IOException {
    Path config = home.resolve("config.json");
    environment.put("SKIFF_AUTH_FILE", config.toString());
    for (String name : new String[] {"../../x", "absent"}) {
      Files.writeString(config, "{\"credsStore\": \"%s\"}".formatted(name));
      assertThat(
              catchThrowableOfType(
                      ProblemException.class, () -> file().store("registry.lab", ALICE))
                  .problem()
                  .why())
          .containsAnyOf("names no credential helper", "is not in PATH");
      assertThat(Files.readString(config)).doesNotContain("auths");
    }
  }

  @Test
  void aFileThatIsNoJsonIsNotTouchedAndNotQuoted() throws IOException {
    Path named = Files.writeString(home.resolve("auth.json"), "secret: wonderland");
    environment.put("SKIFF_AUTH_FILE", named.toString());
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> file().store("a", ALICE));
    assertThat(refused.problem().render())
        .contains("it is no JSON")
        .contains(named.toString())
        .doesNotContain("wonderland");
    assertThat(Files.readString(named)).isEqualTo("secret: wonderland");
  }
}
