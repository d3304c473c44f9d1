package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Images of servers that keep SIF files: a small one speaks the library API and Singularity Hub's,
/// Debian's docker-registry keeps an artefact.
@Timeout(300)
final class SifServerIT {

  private static final String MARKED = "Bootstrap: %s\nFrom: %s\n\n%%labels\n  built-from %s\n";

  @TempDir Path store;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private Path directory;
  private byte[] image;
  private String host;
  private volatile String hash = "";

  @BeforeEach
  void serve() throws IOException {
    directory = directoryOf(HostUser.RANGE.orSkip());
    image = Files.readAllBytes(BusyboxImage.sif());
    hash = "sha256." + sum("SHA-256");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    host = "127.0.0.1:" + server.getAddress().getPort();
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String sum(String algorithm) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(image));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    asked.add(exchange.getRequestURI() + (authorization == null ? "" : " " + authorization));
    String path = exchange.getRequestURI().getPath();
    String described =
        "{\"data\": {\"hash\": \"%s\", \"size\": %d, \"uploaded\": true}}"
            .formatted(hash, image.length);
    switch (path) {
      case "/v1/images/lab/tools/box:1" ->
          send(exchange, described.getBytes(StandardCharsets.UTF_8));
      case "/v1/imagefile/lab/tools/box:1" -> {
        String elsewhere = host.replace("127.0.0.1", "http://localhost") + "/blob";
        exchange.getResponseHeaders().add("Location", elsewhere);
        exchange.sendResponseHeaders(303, -1);
        exchange.close();
      }
      case "/api/container/lab/box:latest" ->
          send(
              exchange,
              "{\"image\": \"http://%s/blob\", \"version\": \"%s\", \"commit\": \"c\"}"
                  .formatted(host, sum("MD5"))
                  .getBytes(StandardCharsets.UTF_8));
      case "/blob" -> send(exchange, image);
      case "/files/box.sif" -> {
        exchange.getResponseHeaders().add("ETag", "\"" + sum("MD5") + "\"");
        send(exchange, image);
      }
      default -> {
        exchange.sendResponseHeaders(404, -1);
        exchange.close();
      }
    }
  }

  private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Outcome type(Map<String, String> environment, String... words) {
    return skiff(HostUser.RANGE, directory, environment, words);
  }

  @Test
  void anImageOfALibraryIsPulledBuiltUponAndStarted() throws IOException {
    String uri = "library://lab/tools/box:1";
    Map<String, String> library =
        Map.of("APPTAINER_LIBRARY", "http://" + host, "SKIFF_LIBRARY_TOKEN", "t0ken");
    type(library, "pull", uri).ends(0);
    assertThat(directory.resolve("box_1.sif")).hasBinaryContent(image);
    assertThat(asked).contains("/v1/images/lab/tools/box:1?arch=amd64 Bearer t0ken", "/blob");
    type(library, "exec", uri, "echo", "started").ends(0).prints("started\n");
    Files.writeString(
        directory.resolve("x.def"), MARKED.formatted("library", "lab/tools/box:1", "library"));
    type(library, "build", "x.sif", "x.def").ends(0);
    type(library, "inspect", "x.sif").ends(0).printsAmongOthers("built-from: library");
    type(library, "run", "x.sif").ends(0).printsAmongOthers("bar");
    type(library, "convert", uri, "oci:layout").ends(0);
    type(library, "run", "oci:layout").ends(0).printsAmongOthers("bar");
    type(library, "convert", uri, "box.squashfs").ends(0);
    assertThat(directory.resolve("box.squashfs")).exists();
    assertThat(asked.stream().filter("/blob"::equals)).hasSize(1); // the rest is from the cache
    type(Map.of(), "build", "--offline", "y.sif", uri).ends(0);

    hash = "sha256." + "0".repeat(64);
    type(library, "pull", "-F", uri).ends(1).complains("cannot use the image '" + uri + "'");
    type(library, "pull", "library://lab/tools/other:1").ends(1).complains("it answers 404");
  }

  @Test
  void aFileOfTheWebIsPulledAndStarted() throws IOException {
    String uri = "http://" + host + "/files/box.sif";
    type(Map.of(), "pull", uri).ends(0);
    assertThat(directory.resolve("box.sif")).hasBinaryContent(image);
    type(Map.of(), "exec", uri, "echo", "started").ends(0).prints("started\n");
    type(Map.of(), "run", uri).ends(0).printsAmongOthers("bar");
    type(Map.of(), "exec", "--offline", uri, "echo", "kept").ends(0).prints("kept\n");

    image = "<html>log in</html>".getBytes(StandardCharsets.UTF_8);
    type(Map.of(), "pull", "-F", "box.sif", uri).ends(1).complains("cannot use the image '" + uri);
    assertThat(directory.resolve("box.sif")).isNotEmptyFile();
    type(Map.of(), "pull", uri + "x").ends(1).complains("it answers 404");
    type(Map.of(), "exec", "http://" + host + "/files/", "true").ends(125).complains("a directory");
    type(Map.of(), "pull", "http://me:secret@" + host + "/box.sif")
        .ends(1)
        .complains("a password has no place");
  }

  @Test
  void withoutAServerAPersonIsToldWhatToDo() throws IOException {
    type(Map.of(), "pull", "library://lab/tools/box:1")
        .ends(1)
        .complains("skiff config set library https://HOST");
    type(Map.of(), "exec", "shub://lab/box", "true").ends(125).complains("closed in 2021");
    Files.writeString(
        directory.resolve("x.def"),
        "Bootstrap: localimage\nFrom: x.sif\nFingerprints: " + "a".repeat(40) + "\n");
    type(Map.of(), "build", "y.sif", "x.def").ends(1).complains("checks no signatures");
    assertThat(directory.resolve("y.sif")).doesNotExist();
  }

  @Test
  void anImageOfAHubIsCheckedByWhatTheHubSays() {
    String uri = "shub://" + host + "/lab/box";
    type(Map.of(), "build", "--no-https", "x.sif", uri).ends(0);
    type(Map.of(), "run", "x.sif").ends(0).printsAmongOthers("bar");
    type(Map.of(), "pull", "--no-https", "y.sif", uri).ends(0);
    assertThat(directory.resolve("y.sif")).hasBinaryContent(image);
    assertThat(asked.stream().filter("/blob"::equals)).hasSize(1);
    image[image.length - 1] ^= 1;
    byte[] damaged = image.clone();
    image[image.length - 1] ^= 1;
    String version = sum("MD5");
    image = damaged;
    assertThat(version).isNotEqualTo(sum("MD5"));
    type(Map.of(), "pull", "--no-https", "-F", "y.sif", uri).ends(0); // a new version is fetched
    assertThat(asked.stream().filter("/blob"::equals)).hasSize(2);
  }

  @Test
  void anArtefactOfARegistryIsABase() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(store)) {
      String name = registry.host() + "/lab/box:1";
      String sif = BusyboxImage.sif().toString();
      type(Map.of(), "push", "--no-https", sif, "oras://" + name).ends(0);
      Files.writeString(
          directory.resolve("x.def"),
          MARKED.formatted("oras", name, "oras") + "\n%post\n  echo post > /opt/post\n");
      type(Map.of(), "build", "--no-https", "x.sif", "x.def").ends(0);
      type(Map.of(), "exec", "x.sif", "cat", "/opt/post").ends(0).prints("post\n");
      type(Map.of(), "inspect", "x.sif").ends(0).printsAmongOthers("built-from: oras");
      type(Map.of(), "build", "--no-https", "y.sif", "oras://" + name).ends(0);
      type(Map.of(), "run", "y.sif").ends(0).printsAmongOthers("bar");
    }
  }

  @Test
  void anArtefactOfARegistryIsSentOn() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(store)) {
      String name = "oras://" + registry.host() + "/lab/box:1";
      String copy = "oras://" + registry.host() + "/lab/copy:1";
      String layered = "docker://" + registry.host() + "/lab/layered:1";
      type(Map.of(), "push", "--no-https", BusyboxImage.sif().toString(), name).ends(0);
      type(Map.of(), "push", "--no-https", name, copy).ends(0);
      type(Map.of(), "pull", "--no-https", "copy.sif", copy).ends(0);
      assertThat(directory.resolve("copy.sif")).hasBinaryContent(image);
      type(Map.of(), "push", "--no-https", name, layered).ends(0);
      type(Map.of("SKIFF_NOHTTPS", "1"), "run", layered).ends(0).printsAmongOthers("bar");
      type(Map.of(), "convert", "--no-https", name + "-none", "oci:none").ends(1);
      assertThat(directory.resolve("none")).doesNotExist();
    }
  }
}
