package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Settings, logins, pushes and pulls of an ordinary user, against a real registry with TLS and a
/// password.
@Timeout(600)
final class RegistryPracticeIT {

  @TempDir static Path store;
  private static @Nullable LoopbackRegistry registry;

  private final Map<String, String> environment = new HashMap<>();
  private Path home = Path.of("/");
  private String host = "";

  @BeforeAll
  static void startTheRegistry() {
    registry = LoopbackRegistry.startGuardedOrSkip(store);
  }

  @AfterAll
  static void stopTheRegistry() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void aHome() throws IOException {
    assumeTrue(registry != null, "there is no registry");
    host = registry == null ? "" : registry.host();
    home = directoryOf(HostUser.SINGLE.orSkip());
    environment.put("HOME", home.toString());
    Files.copy(BusyboxImage.sif(), home.resolve("b.sif"));
    Files.copy(store.resolve("ca.pem"), home.resolve("ca.pem"));
    execute("chown", "-R", HostUser.SINGLE.account(), home.toString());
    execute("chmod", "a+r", home.resolve("ca.pem").toString(), home.resolve("b.sif").toString());
  }

  private Outcome skiff(String... words) {
    return typed("", words);
  }

  private Outcome typed(String input, String... words) {
    List<String> command = new ArrayList<>(List.of(InstalledSkiff.command().toString()));
    command.addAll(List.of(words));
    return as(HostUser.SINGLE, home, environment, input, command);
  }

  private void login() {
    skiff("config", "set", "ca-files." + host, "ca.pem").ends(0);
    typed("wonderland\n", "registry", "login", "-u", "alice", "--password-stdin", host).ends(0);
  }

  @Test
  void aLoginIsTriedKeptAndForgotten() throws IOException {
    typed("wonderland", "registry", "login", "-u", "alice", "--password-stdin", host)
        .ends(1)
        .complains("nobody who is trusted here vouches for its certificate")
        .complains("skiff config set ca-files." + host);
    skiff("config", "set", "ca-files." + host, "ca.pem").ends(0);
    typed("wrong", "registry", "login", "-u", "alice", "--password-stdin", host)
        .ends(77)
        .complains("UNAUTHORIZED");
    Path file = home.resolve(".apptainer/docker-config.json");
    assertThat(file).doesNotExist();
    typed("wonderland\n", "registry", "login", "-u", "alice", "--password-stdin", host)
        .ends(0)
        .complains("logged in to " + host + " as alice");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    skiff("registry", "list").ends(0).printsAmongOthers(host).printsAmongOthers("alice");
    skiff("push", "b.sif", "oras://" + host + "/kept:1").ends(0);
    skiff("registry", "logout", host).ends(0);
    skiff("push", "b.sif", "oras://" + host + "/kept:1")
        .ends(77)
        .complains("skiff registry login " + host);
    skiff("registry", "login", "-u", "alice", "-p", "wonderland", host)
        .ends(0)
        .complains("the password stood on the command line");
  }

  @Test
  void aSifFileComesBackAsItWas() throws IOException {
    login();
    String name = "oras://" + host + "/team/b:1";
    skiff("push", "b.sif", name).ends(0).printsAmongOthers(host + "/team/b@sha256:");
    skiff("pull", "c.sif", name).ends(0);
    assertThat(home.resolve("c.sif")).hasSameBinaryContentAs(home.resolve("b.sif"));
    skiff("pull", "c.sif", name).ends(1).complains("already exists");
    skiff("pull", "--force", "c.sif", name).ends(0);
    skiff("pull", name).ends(0);
    assertThat(home.resolve("b_1.sif")).exists();
    skiff("run", name, "x").ends(0).prints("run 1 x  bar\n");
    skiff("pull", "d.sif", "docker://" + host + "/team/b:1")
        .ends(1)
        .complains("not a container image");
    skiff("push", "b.sif", "docker://" + host + "/team/image:1").ends(0);
    skiff("pull", "d.sif", "oras://" + host + "/team/image:1")
        .ends(1)
        .complains("it is no SIF file in a registry");
  }

  @Test
  void anImageOfOneLayerRunsAsTheFileDoes() {
    login();
    String name = "docker://" + host + "/team/layer:1";
    skiff("push", "b.sif", name).ends(0).complains("sending as one layer");
    skiff("push", "b.sif", name).ends(0).complains("0 blobs sent");
    String expected = skiff("run", "b.sif", "x", "y").ends(0).out();
    skiff("run", name, "x", "y").ends(0).prints(expected);
  }

  @Test
  void layersThatAreKnownAreSentAsTheyAre() {
    login();
    String digest =
        skiff("push", "b.sif", "docker://" + host + "/team/base:1")
            .ends(0)
            .out()
            .replaceAll("(?s).*@(sha256:[0-9a-f]+).*", "$1");
    skiff("pull", "pulled.sif", "docker://" + host + "/team/base:1").ends(0);
    skiff("push", "pulled.sif", "docker://" + host + "/elsewhere:2")
        .ends(0)
        .complains("0 blobs sent, 0 B, 2 were there") // the layer and the configuration
        .printsAmongOthers("/elsewhere@" + digest);
    skiff("push", "--one-layer", "pulled.sif", "docker://" + host + "/elsewhere:3").ends(0);
  }

  @Test
  void aMirrorIsTakenFromTheSettingsOfAProject() throws IOException {
    login();
    skiff("push", "b.sif", "docker://" + host + "/mirrored/library/busybox:9").ends(0);
    Path project =
        Files.writeString(
            home.resolve("skiff.yaml"),
            "mirrors: {docker.io: ['https://127.0.0.1:1', 'https://%s/mirrored']}\nretries: 0\n"
                .formatted(host));
    execute("chown", HostUser.SINGLE.account(), project.toString());
    execute("chmod", "600", project.toString());
    skiff("pull", "m.sif", "docker://busybox:9").ends(0);
    skiff("config", "list").ends(0).printsAmongOthers("mirrors              " + project + ":1");
    execute("chown", "root", project.toString());
    execute("chmod", "666", project.toString());
    skiff("config", "get", "mirrors")
        .ends(1)
        .complains("others can write it, so it may not set mirrors");
    execute("chmod", "600", project.toString());
    skiff("config", "get", "mirrors").ends(1).complains("you may not read it");
  }

  @Test
  void aContainerStartsWithoutReadingTheSettings() throws IOException {
    Path project = Files.writeString(home.resolve("skiff.yaml"), "mirors: {}\n");
    execute("chown", HostUser.SINGLE.account(), project.toString());
    execute("chmod", "600", project.toString());
    skiff("exec", "b.sif", "true").ends(0);
    skiff("pull", "docker://" + host + "/x:1")
        .ends(1)
        .complains("there is no setting 'mirors'")
        .complains("fix: write 'mirrors'");
  }
}
