package dev.skiff.builder.registry;

import com.sun.net.httpserver.HttpExchange;
import dev.skiff.image.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The part of a fake registry that takes images; the first bytes of an upload may be all that it
/// takes at once.
final class FakeUploads implements FakeRegistry.Trick {

  private final FakeRegistry registry;
  private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private volatile int cutAfterBytes = Integer.MAX_VALUE;
  private volatile boolean forgetful;

  FakeUploads(FakeRegistry registry) {
    this.registry = registry;
  }

  /// The next upload is cut after so many bytes, once.
  ///
  /// @param forget whether it is not known afterwards
  void cut(int bytes, boolean forget) {
    cutAfterBytes = bytes;
    forgetful = forget;
  }

  @Override
  public boolean answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    switch (exchange.getRequestMethod()) {
      case "POST" -> begin(exchange, path);
      case "PATCH" -> take(exchange, path);
      case "PUT" -> finish(exchange, path);
      default -> {
        return path.contains("/uploads/") && status(exchange, path);
      }
    }
    return true;
  }

  private void begin(HttpExchange exchange, String path) throws IOException {
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (query.contains("mount=") && query.contains("from=base")) {
      String digest = query.replaceAll(".*mount=([^&]*).*", "$1");
      registry.put(path.replace("uploads/", "") + digest, new byte[0]);
      FakeRegistry.send(exchange, 201, "");
      return;
    }
    String place = path + number.incrementAndGet();
    uploads.put(place, new ByteArrayOutputStream());
    located(exchange, place, 202);
  }

  private static void located(HttpExchange exchange, String place, int status) throws IOException {
    exchange.getResponseHeaders().set("Location", place);
    FakeRegistry.send(exchange, status, "");
  }

  private void take(HttpExchange exchange, String place) throws IOException {
    ByteArrayOutputStream upload = uploads.get(place);
    if (upload == null) {
      FakeRegistry.send(exchange, 404, "");
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Content-Range");
    if (range != null && Integer.parseInt(range.replaceAll("-.*", "")) != upload.size()) {
      FakeRegistry.send(exchange, 416, "");
      return;
    }
    try (InputStream in = exchange.getRequestBody()) {
      upload.write(in.readNBytes(cutAfterBytes));
      if (cutAfterBytes != Integer.MAX_VALUE) {
        cutAfterBytes = Integer.MAX_VALUE;
        if (forgetful) {
          uploads.remove(place);
        }
        FakeRegistry.send(exchange, 503, "");
        return;
      }
    }
    located(exchange, place, 202);
  }

  private boolean status(HttpExchange exchange, String place) throws IOException {
    ByteArrayOutputStream upload = uploads.get(place);
    if (upload == null) {
      FakeRegistry.send(exchange, 404, "");
    } else {
      exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, upload.size() - 1));
      FakeRegistry.send(exchange, 204, "");
    }
    return true;
  }

  private void finish(HttpExchange exchange, String path) throws IOException {
    if (path.contains("/manifests/")) {
      byte[] manifest = exchange.getRequestBody().readAllBytes();
      String[] parts = path.substring("/v2/".length()).split("/manifests/", -1);
      registry.putManifest(parts[0], parts[1], manifest);
      FakeRegistry.send(exchange, 201, "");
      return;
    }
    byte[] bytes = uploads.getOrDefault(path, new ByteArrayOutputStream()).toByteArray();
    String digest = exchange.getRequestURI().getQuery().replaceAll(".*digest=", "");
    boolean right = Digest.sha256(bytes).toString().equals(digest);
    if (right) {
      registry.put(path.replaceAll("uploads/.*", "") + digest, bytes);
    }
    FakeRegistry.send(exchange, right ? 201 : 400, "");
  }
}
