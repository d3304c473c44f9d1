package dev.skiff.builder.registry;

import dev.skiff.image.oci.Digest;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A real registry (Debian's docker-registry) on a free port of loopback, with its data in a
/// directory of the test.
public final class LoopbackRegistry implements AutoCloseable {

  /// Who may use it.
  public enum Access {
    OPEN,
    /// Only `alice` with the password `wonderland`.
    PASSWORD
  }

  private static final String PROGRAM = "docker-registry";
  private static final String HTPASSWD =
      "alice:$2b$04$pF8G/rf0IwmCyy2XVAF5RuawFMh6n3KMlKHGBszh4LFyoDtawP4US\n";

  private final Process process;
  private final int port;
  private final Access access;
  private final HttpClient client = HttpClient.newHttpClient();

  private LoopbackRegistry(Process process, int port, Access access) {
    this.process = process;
    this.port = port;
    this.access = access;
  }

  /// Why no registry can be started here, if none can.
  public static Optional<String> missing() {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, PROGRAM))) {
        return Optional.empty();
      }
    }
    return Optional.of("the program docker-registry is not installed (Debian: docker-registry)");
  }

  /// Starts one and waits until it answers.
  public static LoopbackRegistry start(Path directory, Access access)
      throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path config = directory.resolve("config.yml");
    Files.writeString(config, config(directory, port, access));
    ProcessBuilder command = new ProcessBuilder(PROGRAM, "serve", config.toString());
    command.environment().keySet().removeIf(name -> name.startsWith("REGISTRY_"));
    command.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
    LoopbackRegistry registry = new LoopbackRegistry(command.start(), port, access);
    registry.waitUntilItAnswers();
    return registry;
  }

  private static String config(Path directory, int port, Access access) throws IOException {
    String config =
        """
        version: 0.1
        log: {level: warn}
        storage: {filesystem: {rootdirectory: '%s'}}
        http: {addr: '127.0.0.1:%d'}
        """
            .formatted(directory.resolve("data"), port);
    if (access == Access.OPEN) {
      return config;
    }
    Path passwords = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    return config + "auth: {htpasswd: {realm: test, path: '%s'}}\n".formatted(passwords);
  }

  private void waitUntilItAnswers() throws IOException, InterruptedException {
    for (int i = 0; i < 100; i++) {
      try {
        HttpResponse<Void> answer =
            client.send(request("/v2/").GET().build(), BodyHandlers.discarding());
        if (answer.statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(50); // not there yet
      }
    }
    throw new IOException("docker-registry does not answer on port " + port);
  }

  /// `127.0.0.1:PORT`.
  public String host() {
    return "127.0.0.1:" + port;
  }

  /// Puts an image's blobs and its manifest.
  public void push(String repository, String tag, TestImage image, byte[] manifest)
      throws IOException, InterruptedException {
    for (byte[] blob : image.blobs().values()) {
      pushBlob(repository, blob);
    }
    pushManifest(repository, tag, manifest, "application/vnd.oci.image.manifest.v1+json");
  }

  public void pushBlob(String repository, byte[] blob) throws IOException, InterruptedException {
    HttpResponse<Void> begun =
        client.send(
            request("/v2/%s/blobs/uploads/".formatted(repository))
                .POST(BodyPublishers.noBody())
                .build(),
            BodyHandlers.discarding());
    String location = begun.headers().firstValue("Location").orElseThrow();
    String digest = Digest.sha256(blob).toString();
    put(URI.create(location + (location.contains("?") ? "&" : "?") + "digest=" + digest), blob, "");
  }

  public void pushManifest(String repository, String name, byte[] manifest, String mediaType)
      throws IOException, InterruptedException {
    String path = "/v2/%s/manifests/%s".formatted(repository, name);
    put(URI.create("http://" + host() + path), manifest, mediaType);
  }

  private void put(URI uri, byte[] body, String mediaType)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request("/").uri(uri).PUT(BodyPublishers.ofByteArray(body));
    if (!mediaType.isEmpty()) {
      request.setHeader("Content-Type", mediaType);
    }
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IOException("PUT %s: %d %s".formatted(uri, answer.statusCode(), answer.body()));
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host() + path));
    if (access == Access.PASSWORD) {
      byte[] pair = "alice:wonderland".getBytes(StandardCharsets.UTF_8);
      request.setHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return request;
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
