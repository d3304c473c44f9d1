package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.skiff.builder.registry.TestImage.Packing;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.runtime.config.SkiffConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Registries that mean no good: every one is done with, soon, and with words.
@Timeout(60)
final class HostileRegistryTest {

  private static final Platform AMD64 = Platform.parse("amd64");
  private static final RetryPolicy QUICK =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(50), Duration.ofMillis(2_000));

  @TempDir Path directory;

  private final FakeRegistry registry;

  HostileRegistryTest() throws IOException {
    registry = new FakeRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  /// What is in the cache is what its name says, whatever came.
  @AfterEach
  void theStoreIsUnharmed() throws IOException {
    Path blobs = directory.resolve(".cache/skiff/blobs/sha256");
    if (Files.isDirectory(blobs)) {
      try (Stream<Path> files = Files.list(blobs)) {
        for (Path file : files.filter(blob -> isNamedAsABlob(blob.toFile().getName())).toList()) {
          assertThat(Digest.sha256(Files.readAllBytes(file)).hex())
              .isEqualTo(file.toFile().getName());
        }
      }
    }
  }

  private static boolean isNamedAsABlob(String name) {
    return name.matches("[0-9a-f]{64}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>welcome</html>",
        "{}",
        "[]",
        "null",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.cncf.helm.config.v1+json\"}",
        "{\"schemaVersion\":1,\"fsLayers\":[{\"blobSum\":\"sha256:0\"}]}"
      })
  void whatIsNoManifestIsRefused(String manifest) {
    registry.putManifest("x", "1", manifest.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::pull)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("manifest");
    assertThat(registry.count(request -> request.contains("/blobs/"))).isZero();
  }

  private void pull() throws IOException {
    SkiffConfig config = SkiffConfig.EMPTY.withInsecure(registry.host());
    Map<String, String> environment = Map.of("HOME", directory.toString());
    RegistryClient.Settings settings =
        new RegistryClient.Settings(
            config, environment, BlobCache.of(environment), QUICK, PullListener.silent());
    try (RegistryClient client = RegistryClient.open(settings);
        RegistryImage source = client.image(ImageReference.parse(registry.host() + "/x:1"))) {
      var _ = PulledImages.tree(OciImage.open(source, AMD64));
    }
  }

  private ProblemException problem() {
    return catchThrowableOfType(ProblemException.class, this::pull);
  }

  private static TestImage image() throws IOException {
    return new TestImage("amd64").layer(Packing.GZIP, "a", "hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/manifests/", "/blobs/"})
  void aCircleOfRedirectsIsLeft(String where) throws IOException {
    registry.put("x", "1", image());
    registry.trick(exchange -> {
      boolean circle = exchange.getRequestURI().getPath().contains(where);
      if (circle) {
        exchange.getResponseHeaders().set("Location", exchange.getRequestURI().toString());
        exchange.sendResponseHeaders(307, -1);
      }
      return circle;
    });
    ProblemException problem = problem();
    assertThat(problem.problem().why()).contains("redirects more than 5 times");
    assertThat(problem.exitCode()).isEqualTo(ExitCode.PROBLEM);
    assertThat(registry.count(request -> request.contains(where))).isLessThanOrEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http://", "::"})
  void aRedirectToWhereNobodyGoesIsRefused(String location) {
    registry.trick(exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(302, -1);
      return true;
    });
    assertThat(problem().problem().why()).contains("it redirects to '" + location + "'");
  }

  /// Sends until the other side hangs up.
  private static void sendForEver(HttpExchange exchange, int status, AtomicLong sent)
      throws IOException {
    byte[] piece = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(status, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (long i = 0; i < 100_000; i++) {
        out.write(piece);
        sent.addAndGet(piece.length);
      }
    } catch (IOException e) {
      return; // as it should be
    }
  }

  @Test
  void aManifestWithoutEndIsReadToABound() {
    AtomicLong sent = new AtomicLong();
    registry.trick(exchange -> {
      sendForEver(exchange, 200, sent);
      return true;
    });
    assertThatThrownBy(this::pull)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("at most");
    assertThat(sent.get()).isLessThan(64L << 20);
  }

  @Test
  void anExcuseWithoutEndIsReadToABound() {
    AtomicLong sent = new AtomicLong();
    registry.trick(exchange -> {
      sendForEver(exchange, 404, sent);
      return true;
    });
    assertThat(problem().problem().why()).contains("it answers 404");
    assertThat(sent.get()).isLessThan(64L << 20);
  }

  @Test
  void aLayerWithoutEndIsReadToItsSize() throws IOException {
    registry.put("x", "1", image());
    AtomicLong sent = new AtomicLong();
    registry.trick(exchange -> {
      boolean blob = exchange.getRequestURI().getPath().contains("/blobs/");
      if (blob) {
        sendForEver(exchange, 200, sent);
      }
      return blob;
    });
    assertThatThrownBy(this::pull)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("bytes of the manifest came");
    assertThat(sent.get()).isLessThan(64L << 20);
  }

  @Test
  void moreLayersThanAnybodyHasAreNotFetched() throws IOException {
    TestImage image = image();
    String manifest = new String(image.ociManifest(), StandardCharsets.UTF_8);
    int start = manifest.indexOf("\"layers\":[") + "\"layers\":[".length();
    String layer = manifest.substring(start, manifest.lastIndexOf(']'));
    String many = String.join(",", Collections.nCopies(5000, layer));
    registry.put("x", "1", image);
    registry.putManifest(
        "x", "1", (manifest.substring(0, start) + many + "]}").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::pull)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("layers");
    assertThat(registry.count(request -> request.contains("/blobs/"))).isZero();
  }

  @Test
  void aConfigurationOfOtherLayersIsRefused() throws IOException {
    TestImage two = image().layer(Packing.GZIP, "b", "more");
    String manifest = new String(two.ociManifest(), StandardCharsets.UTF_8);
    int second = manifest.lastIndexOf(",{\"mediaType\"");
    registry.put("x", "1", two);
    registry.putManifest(
        "x", "1", (manifest.substring(0, second) + "]}").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::pull)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("diff_ids");
  }

  @Test
  void aConfigurationThatNamesOtherContentsIsRefused() throws IOException {
    TestImage told = new TestImage("amd64").layer(Packing.GZIP, "a", "told");
    TestImage given = new TestImage("amd64").layer(Packing.GZIP, "a", "given");
    String manifest = new String(told.ociManifest(), StandardCharsets.UTF_8);
    String other = new String(given.ociManifest(), StandardCharsets.UTF_8);
    String layers = "\"layers\":[";
    registry.put("x", "1", told);
    registry.put("x", "2", given);
    registry.putManifest(
        "x",
        "1",
        (manifest.substring(0, manifest.indexOf(layers)) + other.substring(other.indexOf(layers)))
            .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::pull)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("diff_id");
  }

  @ParameterizedTest
  @CsvSource({
    "401, NOT_ALLOWED, 1",
    "403, NOT_ALLOWED, 1",
    "404, PROBLEM, 1",
    "410, PROBLEM, 1",
    "418, PROBLEM, 1",
    "429, TRY_AGAIN, 3",
    "500, TRY_AGAIN, 3",
    "502, TRY_AGAIN, 3",
    "503, TRY_AGAIN, 3"
  })
  void everyRefusalHasItsExitCodeAndItsPatience(int status, ExitCode code, int attempts) {
    registry.trick(exchange -> {
      FakeRegistry.send(exchange, status, "<html>\u001b[31mno</html>");
      return true;
    });
    ProblemException problem = problem();
    assertThat(problem.exitCode()).isEqualTo(code);
    assertThat(problem.problem().why()).contains("it answers " + status).doesNotContain("\u001b");
    assertThat(registry.requests()).hasSize(attempts);
  }
}
