package dev.skiff.builder.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skiff.image.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/// A registry in this process that can be told to misbehave.
final class FakeRegistry implements AutoCloseable {

  /// Answers a request, or leaves it to the registry.
  interface Trick {
    /// Whether it has answered.
    boolean answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
  private final Map<String, String> types = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Trick> tricks = new CopyOnWriteArrayList<>();

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /// `GET path range authorization`, in order.
  List<String> requests() {
    return requests;
  }

  long count(Predicate<String> wanted) {
    return requests.stream().filter(wanted).count();
  }

  FakeRegistry trick(Trick trick) {
    tricks.add(trick);
    return this;
  }

  void put(String repository, String tag, TestImage image) {
    putManifest(repository, tag, image.ociManifest());
    image
        .blobs()
        .forEach((digest, bytes) -> put("/v2/%s/blobs/%s".formatted(repository, digest), bytes));
  }

  void putManifest(String repository, String tag, byte[] manifest) {
    String type = "application/vnd.oci.image.manifest.v1+json";
    for (String name : List.of(tag, Digest.sha256(manifest).toString())) {
      String path = "/v2/%s/manifests/%s".formatted(repository, name);
      put(path, manifest);
      types.put(path, type);
    }
  }

  void put(String path, byte[] bytes) {
    contents.put(path, bytes);
  }

  /// What there is, as it is asked for.
  List<String> paths() {
    return List.copyOf(contents.keySet());
  }

  byte[] content(String path) {
    return Objects.requireNonNull(contents.get(path), path);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      requests.add(
          "%s %s %s"
              .formatted(
                  path,
                  exchange.getRequestHeaders().getFirst("Range"),
                  exchange.getRequestHeaders().getFirst("Authorization")));
      for (Trick trick : tricks) {
        if (trick.answer(exchange)) {
          return;
        }
      }
      byte[] bytes = contents.get(path);
      if (bytes == null) {
        send(exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"gone\"}]}");
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", types.getOrDefault(path, "binary/octets"));
      int start = rangeStart(exchange);
      if (start > 0) {
        String range = "bytes %d-%d/%d".formatted(start, bytes.length - 1, bytes.length);
        exchange.getResponseHeaders().set("Content-Range", range);
      }
      exchange.sendResponseHeaders(start > 0 ? 206 : 200, bytes.length - start);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes, start, bytes.length - start);
      }
    }
  }

  private static int rangeStart(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    return range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = TestImage.bytes(body);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
