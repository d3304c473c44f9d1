package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pushes while others clean the cache: what is not sent yet stays.
@Timeout(900)
final class PushLeaseIT {

  private static final int LAYERS = 12; // more than are sent at once

  @TempDir Path kept;

  private final Map<String, String> environment = new HashMap<>();
  private Path home = Path.of("/");

  /// A registry that takes everything, but no bytes before it is told to.
  private static final class ClosedGate implements AutoCloseable {

    private final CountDownLatch arrived = new CountDownLatch(2);
    private final CountDownLatch open = new CountDownLatch(1);
    private final HttpServer server;

    ClosedGate() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::answer);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
    }

    String host() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        String place = exchange.getRequestURI().getPath();
        switch (exchange.getRequestMethod()) {
          case "HEAD" -> exchange.sendResponseHeaders(404, -1);
          case "POST" -> located(exchange, place + "1");
          case "PATCH" -> {
            arrived.countDown();
            open.await();
            try (InputStream in = exchange.getRequestBody()) {
              byte[] _ = in.readAllBytes();
            }
            located(exchange, place);
          }
          case "PUT" -> exchange.sendResponseHeaders(201, -1);
          default -> exchange.sendResponseHeaders(204, -1);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void located(HttpExchange exchange, String place) throws IOException {
      exchange.getResponseHeaders().set("Location", place);
      exchange.sendResponseHeaders(202, -1);
    }

    @Override
    public void close() {
      open.countDown();
      server.stop(0);
    }
  }

  private Outcome skiff(String... words) {
    List<String> command =
        Stream.concat(Stream.of(InstalledSkiff.command().toString()), Stream.of(words)).toList();
    return as(HostUser.SINGLE, home, environment, "", command);
  }

  private long blobs() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("cache/blobs/sha256"))) {
      return files.count();
    }
  }

  @Test
  void whatTwoPushesHaveNotSentYetStays() throws Exception {
    home = directoryOf(HostUser.SINGLE.orSkip());
    environment.put("SKIFF_CACHEDIR", home.resolve("cache").toString());
    environment.put("SKIFF_NOHTTPS", "1");
    OciArchiveFixture fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT)).busybox();
    for (int i = 2; i <= LAYERS; i++) {
      fixture.layer("gzip -1", "+gzip", "head -c 100000 /dev/urandom > noise" + i);
    }
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(kept);
        ClosedGate gate = new ClosedGate()) {
      skiff("pull", "a.sif", "docker://" + registry.push(fixture.archive("i.tar", "{}"), "image"))
          .ends(0);
      registry.end();
      execute("sh", "-c", "find " + home + "/cache -type f -exec touch -d '2 days ago' {} +");
      List<CompletableFuture<Outcome>> pushes =
          Stream.of("one", "two")
              .map(name ->
                  CompletableFuture.supplyAsync(
                      () -> skiff("push", "a.sif", "docker://" + gate.host() + "/" + name + ":1")))
              .toList();
      assertThat(gate.arrived.await(5, TimeUnit.MINUTES)).as("pushes send").isTrue();
      long before = blobs();
      assertThat(before).isEqualTo(LAYERS + 2); // configuration and manifest
      skiff("cache", "clean", "--force", "-T", "blob")
          .ends(0)
          .printsAmongOthers("removed 0 of " + before)
          .printsAmongOthers("a process that runs may need it");
      environment.put("SKIFF_CACHE_SIZE", "1K");
      Files.writeString(home.resolve("s.def"), "Bootstrap: scratch\n%files\n s.def /s\n");
      skiff("build", "s.sif", "s.def").ends(0);
      assertThat(blobs()).isEqualTo(before);
      gate.open.countDown();
      for (CompletableFuture<Outcome> push : pushes) {
        push.get(5, TimeUnit.MINUTES).ends(0).complains(LAYERS + 1 + " blobs sent");
      }
      skiff("cache", "clean", "--force", "-T", "blob").ends(0);
      assertThat(blobs()).isZero();
    }
  }
}
