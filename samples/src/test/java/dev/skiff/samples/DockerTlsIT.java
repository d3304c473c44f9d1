package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A Docker daemon that is reached over TCP, and lets in only who shows a certificate.
@Timeout(300)
final class DockerTlsIT {

  @TempDir static Path authority;
  private static PrivateDockerd daemon;

  private Path directory = Path.of("/");

  @BeforeAll
  static void start() {
    daemon = PrivateDockerd.startTlsOrSkip(authority);
  }

  @AfterAll
  static void stop() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @BeforeEach
  void aFolderOfCertificates() throws IOException {
    directory = directoryOf(HostUser.SINGLE.orSkip());
    Path folder = Files.createDirectory(directory.resolve("certs"));
    Files.copy(authority.resolve("ca.pem"), folder.resolve("ca.pem"));
    Files.copy(authority.resolve("me.pem"), folder.resolve("cert.pem"));
    Files.copy(authority.resolve("me.key"), folder.resolve("key.pem"));
    execute("chown", "-R", HostUser.SINGLE.account(), folder.toString());
  }

  private Outcome type(Map<String, String> environment, String... words) {
    Map<String, String> all = new TreeMap<>(Map.of("HOME", directory.toString()));
    all.putAll(environment);
    return skiff(HostUser.SINGLE, directory, all, words);
  }

  private Map<String, String> verified(Path certificates) {
    return Map.of(
        "DOCKER_HOST", daemon.tcpAddress(),
        "DOCKER_TLS_VERIFY", "1",
        "DOCKER_CERT_PATH", certificates.toString());
  }

  @Test
  void imagesGoInAndOutAndStepsRunThere() throws IOException {
    Map<String, String> environment = verified(directory.resolve("certs"));
    type(environment, "convert", BusyboxImage.sif().toString(), "docker-daemon:tls/app:1").ends(0);
    assertThat(daemon.docker("run", "--rm", "--network", "none", "tls/app:1", "a", "b"))
        .isEqualTo("run 2 a b bar\n");
    Files.writeString(
        directory.resolve("app.def"),
        "Bootstrap: docker-daemon\nFrom: tls/app:1\n%post\n  echo there > /made\n");
    type(environment, "build", "--engine", "docker", "app.sif", "app.def").ends(0);
    type(Map.of(), "exec", "app.sif", "cat", "/made").ends(0).prints("there\n");
    assertThat(daemon.docker("ps", "-aq")).isEmpty();
  }

  @Test
  void aContextNamesTheDaemonAndItsCertificates() throws IOException {
    Path docker = Files.createDirectory(directory.resolve(".docker"));
    Path certificates = directory.resolve("certs");
    String endpoint =
        "host=%1$s,ca=%2$s/ca.pem,cert=%2$s/cert.pem,key=%2$s/key.pem"
            .formatted(daemon.tcpAddress(), certificates);
    execute("docker", "--config", docker + "", "context", "create", "lab", "--docker", endpoint);
    execute("docker", "--config", docker + "", "context", "use", "lab");
    execute("chown", "-R", HostUser.SINGLE.account(), docker.toString());
    execute("rm", "-r", certificates.toString()); // the context has copies
    type(Map.of(), "pull", "docker-daemon:none/such:1").ends(1).complains("has none of that name");
  }

  @Test
  void whoShowsNoCertificateOrAnothersIsNotLetIn() throws IOException {
    type(Map.of("DOCKER_HOST", daemon.tcpAddress()), "pull", "docker-daemon:a:1")
        .ends(1)
        .complains("DOCKER_TLS_VERIFY=1");
    Path other = Files.createDirectory(directory.resolve("other"));
    OwnAuthority.createOrSkip(other).sign("cert");
    Files.copy(other.resolve("cert.key"), other.resolve("key.pem"));
    execute("chown", "-R", HostUser.SINGLE.account(), other.toString());
    type(verified(other), "pull", "docker-daemon:a:1").ends(1).complains("DOCKER_CERT_PATH");
    Files.copy(authority.resolve("ca.pem"), other.resolve("ca.pem"), REPLACE_EXISTING);
    for (int i = 0; i < 5; i++) { // what the daemon's answer is depends on who is faster
      type(verified(other), "pull", "docker-daemon:a:1")
          .ends(77)
          .complains("ended the connection when it was shown your certificate");
    }
    Files.delete(other.resolve("key.pem"));
    type(verified(other), "pull", "docker-daemon:a:1").ends(1).complains("key.pem");
  }
}
