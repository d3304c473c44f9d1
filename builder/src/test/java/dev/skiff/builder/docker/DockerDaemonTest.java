package dev.skiff.builder.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a daemon is found. One that answers with a status and a text stands for it.
class DockerDaemonTest {

  @TempDir Path home;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile int status = 200;
  private volatile String text = "OK";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String host() {
    return "tcp://127.0.0.1:" + server.getAddress().getPort();
  }

  private void open(Map<String, String> more) {
    Map<String, String> environment = new TreeMap<>(Map.of("HOME", home.toString()));
    environment.putAll(more);
    DockerDaemon.open(environment).close();
  }

  private ProblemException problem(Map<String, String> more) {
    return catchThrowableOfType(ProblemException.class, () -> open(more));
  }

  private void context(String named) throws IOException {
    Path docker = Files.createDirectories(home.resolve(".docker"));
    Files.writeString(docker.resolve("config.json"), "{\"currentContext\":\"lab\"}");
    String id = Digest.sha256("lab".getBytes(StandardCharsets.UTF_8)).hex();
    Path meta = Files.createDirectories(docker.resolve("contexts/meta").resolve(id));
    Files.writeString(
        meta.resolve("meta.json"),
        "{\"Name\":\"lab\",\"Endpoints\":{\"docker\":{\"Host\":\"%s\"}}}".formatted(named));
  }

  @Test
  void theContextOfTheUsersOwnFolderIsTaken() throws IOException {
    context(host());
    open(Map.of());
    assertThat(asked).hasSize(1);
  }

  @Test
  void aNamedHostIsTakenWhateverTheContextSays() throws IOException {
    context("tcp://127.0.0.1:9");
    open(Map.of("DOCKER_HOST", host()));
    assertThat(asked).hasSize(1);
  }

  @Test
  void certificatesThatAreMissingAreNamed() {
    assertThat(problem(Map.of("DOCKER_HOST", host(), "DOCKER_TLS_VERIFY", "1")).problem().why())
        .contains(home + "/.docker/ca.pem");
    assertThat(
            problem(
                    Map.of(
                        "DOCKER_HOST",
                        host(),
                        "DOCKER_TLS_VERIFY",
                        "yes",
                        "DOCKER_CERT_PATH",
                        home + "/certs"))
                .problem()
                .why())
        .contains(home + "/certs/ca.pem");
    assertThat(asked).isEmpty();
  }

  @Test
  void whoeverSpeaksPlainlyToADaemonOfTlsIsToldHowNot() {
    status = 400;
    text = "Client sent an HTTP request to an HTTPS server.\n";
    ProblemException refused = problem(Map.of("DOCKER_HOST", host()));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.PROBLEM);
    assertThat(refused.problem().fix()).contains("DOCKER_TLS_VERIFY=1");
  }

  @Test
  void aBrokenConfigurationIsTold() throws IOException {
    Path docker = Files.createDirectories(home.resolve(".docker"));
    Files.writeString(docker.resolve("config.json"), "{");
    assertThat(problem(Map.of()).problem().why()).contains("Docker's configuration cannot be used");
  }
}
