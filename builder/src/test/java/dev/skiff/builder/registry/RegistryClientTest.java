package dev.skiff.builder.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.skiff.builder.registry.TestImage.Packing;
import dev.skiff.builder.store.Machine;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.runtime.config.RegistrySettings;
import dev.skiff.runtime.config.SkiffConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryClientTest {

  private static final Platform AMD64 = Platform.parse("amd64");
  private static final RetryPolicy QUICK =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(1));

  @TempDir Path directory;
  private final FakeRegistry registry;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private SkiffConfig config = SkiffConfig.EMPTY;

  RegistryClientTest() throws IOException {
    registry = new FakeRegistry();
  }

  @BeforeEach
  void livesInADirectoryOfItsOwn() {
    environment.put("HOME", directory.toString());
    config = config.withInsecure(registry.host());
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private RegistryClient client() {
    PullListener listener =
        new PullListener() {
          @Override
          public void moved(Digest blob, long done, long total) {}

          @Override
          public void retrying(String why, Duration pause) {
            heard.add(why);
          }

          @Override
          public void warned(Problem problem) {
            heard.add(problem.what() + ": " + problem.why());
          }
        };
    return RegistryClient.open(
        new RegistryClient.Settings(
            config, environment, BlobCache.of(environment), QUICK, listener));
  }

  private String pulled(String reference, String path) throws IOException {
    try (RegistryClient client = client();
        RegistryImage source = client.image(ImageReference.parse(reference))) {
      return PulledImages.text(PulledImages.tree(OciImage.open(source, AMD64)), path);
    }
  }

  private ProblemException problem(String reference) {
    return catchThrowableOfType(ProblemException.class, () -> pulled(reference, "a"));
  }

  private static TestImage image(byte[] content) throws IOException {
    return new TestImage("amd64").layer(Packing.GZIP, "a", content);
  }

  private static byte[] noise(int size) {
    byte[] noise = new byte[size];
    new Random(7).nextBytes(noise);
    for (int i = 0; i < size; i++) {
      noise[i] = (byte) ('a' + (noise[i] & 15));
    }
    return noise;
  }

  @Test
  void aSecondPullTakesBlobsFromTheCache() throws IOException {
    registry.put("x", "1", image(TestImage.bytes("hello")));
    assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo("hello");
    assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo("hello");
    assertThat(registry.count(r -> r.contains("/blobs/"))).isEqualTo(2);
    assertThat(directory.resolve(".cache/skiff/blobs/sha256"))
        .isDirectoryNotContaining("glob:**.part");
  }

  /// A push may come to a layer long after it began, and its lease saves only what is of use.
  @Test
  void theLayersOfAnImageThatIsOpenedAreOfUseAtOnce() throws IOException {
    TestImage image = image(TestImage.bytes("hello"));
    registry.put("x", "1", image);
    assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo("hello");
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    Path blobs = directory.resolve(".cache/skiff/blobs/sha256");
    for (Digest digest : image.blobs().keySet()) {
      Files.getFileAttributeView(blobs.resolve(digest.hex()), BasicFileAttributeView.class)
          .setTimes(null, old, null);
    }
    try (RegistryClient client = client();
        RegistryImage source = client.image(ImageReference.parse(registry.host() + "/x:1"))) {
      assertThat(source.root()).isNotNull();
    }
    for (Digest digest : image.blobs().keySet()) {
      Path blob = blobs.resolve(digest.hex());
      assertThat(Files.readAttributes(blob, BasicFileAttributes.class).lastAccessTime())
          .isGreaterThan(old);
    }
  }

  @Test
  void aCutDownloadGoesOnWhereItEnded() throws IOException {
    byte[] content = noise(3_000_000);
    registry.put("x", "1", image(content));
    AtomicInteger cuts = new AtomicInteger();
    registry.trick(exchange -> isBlob(exchange) && cut(exchange, cuts));
    assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo(new String(content, UTF_8));
    assertThat(registry.requests()).anyMatch(r -> r.matches(".*/blobs/.* bytes=[1-9]\\d*- .*"));
    assertThat(heard).anyMatch(why -> why.contains("the connection was cut"));
  }

  private static boolean isBlob(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().contains("/blobs/");
  }

  /// Sends the first half of a large blob, once.
  private boolean cut(HttpExchange exchange, AtomicInteger cuts) throws IOException {
    byte[] blob = registry.content(exchange.getRequestURI().getPath());
    if (blob.length < 100_000 || cuts.getAndIncrement() > 0) {
      return false;
    }
    exchange.sendResponseHeaders(200, blob.length);
    exchange.getResponseBody().write(blob, 0, blob.length / 2);
    exchange.getResponseBody().flush();
    return true;
  }

  @Test
  void whatAnEarlierProcessLeftIsContinuedOrThrownAway() throws IOException {
    byte[] content = noise(300_000);
    TestImage image = image(content);
    registry.put("x", "1", image);
    for (byte[] blob : image.blobs().values()) {
      Path part = part(blob);
      Files.createDirectories(part.getParent());
      Files.write(part, Arrays.copyOf(blob, blob.length / 2));
    }
    assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo(new String(content, UTF_8));
    assertThat(registry.count(r -> r.contains("bytes="))).isEqualTo(2);
    assertThat(registry.count(r -> r.contains("/blobs/"))).isEqualTo(2);
  }

  @Test
  void aWrongBeginningOnDiskIsFetchedAnew() throws IOException {
    TestImage image = image(noise(300_000));
    registry.put("x", "1", image);
    for (byte[] blob : image.blobs().values()) {
      Path part = part(blob);
      Files.createDirectories(part.getParent());
      Files.write(part, new byte[blob.length / 2]);
    }
    assertThat(pulled(registry.host() + "/x:1", "a")).hasSize(300_000);
    assertThat(registry.count(r -> r.contains("/blobs/"))).isEqualTo(4);
  }

  private Path part(byte[] blob) {
    return directory.resolve(
        ".cache/skiff/blobs/sha256/.%s-%s.part"
            .formatted(Digest.sha256(blob).hex(), Machine.name()));
  }

  @Test
  void whatAnotherMachineLeftIsContinuedOnceNobodyWritesToIt() throws IOException {
    TestImage image = image(noise(300_000));
    registry.put("x", "1", image);
    List<Path> left = new ArrayList<>();
    for (byte[] blob : image.blobs().values()) {
      Path part = part(blob);
      Files.createDirectories(part.getParent());
      String name = part.getFileName().toString().replace(Machine.name(), "node7.0a1b2c3d");
      Path other = Files.write(part.resolveSibling(name), Arrays.copyOf(blob, blob.length / 2));
      left.add(other);
    }
    Path silent = left.getFirst();
    Files.setLastModifiedTime(silent, FileTime.from(Instant.now().minusSeconds(130)));
    assertThat(pulled(registry.host() + "/x:1", "a")).hasSize(300_000);
    assertThat(registry.count(r -> r.contains("bytes="))).isEqualTo(1);
    assertThat(silent).doesNotExist();
    assertThat(left.getLast()).exists();
  }

  @Test
  void aBlobWithAnotherDigestIsRefusedAndNotKept() throws IOException {
    TestImage image = image(noise(1000));
    registry.put("x", "1", image);
    byte[] layer = image.blobs().values().iterator().next();
    byte[] other = layer.clone();
    other[20] ^= 1;
    registry.put("/v2/x/blobs/" + Digest.sha256(layer), other);
    assertThatThrownBy(() -> pulled(registry.host() + "/x:1", "a"))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("another digest");
    assertThat(directory.resolve(".cache/skiff/blobs/sha256"))
        .isDirectoryNotContaining("glob:**" + Digest.sha256(layer).hex() + "*");
  }

  @Test
  void aBlobLargerThanSaidIsNotReadFurther() throws IOException {
    TestImage image = image(noise(1000));
    registry.put("x", "1", image);
    byte[] layer = image.blobs().values().iterator().next();
    registry.put("/v2/x/blobs/" + Digest.sha256(layer), new byte[5_000_000]);
    assertThatThrownBy(() -> pulled(registry.host() + "/x:1", "a"))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("more than the %d bytes".formatted(layer.length));
  }

  @Test
  void aManifestWithAnotherDigestThanAskedForIsRefused() throws IOException {
    registry.put("x", "1", image(noise(10)));
    String digest = Digest.sha256(new byte[0]).toString();
    registry.put("/v2/x/manifests/" + digest, image(noise(10)).ociManifest());
    assertThatThrownBy(() -> pulled(registry.host() + "/x@" + digest, "a"))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("the bytes have digest");
  }

  @Test
  void aTokenIsFetchedWithTheScopeAskedForAndSentAgain() throws IOException {
    registry.put("team/x", "1", image(TestImage.bytes("secret")));
    environment.put("SKIFF_DOCKER_USERNAME", "alice");
    environment.put("SKIFF_DOCKER_PASSWORD", "wonderland");
    registry.trick(this::tokenService);
    assertThat(pulled(registry.host() + "/team/x:1", "a")).isEqualTo("secret");
    assertThat(registry.count(r -> r.startsWith("/token?"))).isEqualTo(1);
    assertThat(registry.requests())
        .anyMatch(r ->
            r.startsWith("/token?service=the+registry&scope=repository%3Ateam%2Fx%3Apull ")
                && r.endsWith("Basic " + base64("alice:wonderland")));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(TestImage.bytes(text));
  }

  private boolean tokenService(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/token")) {
      FakeRegistry.send(exchange, 200, "{\"token\":\"t0k3n\"}");
      return true;
    }
    if ("Bearer t0k3n".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      return false;
    }
    String realm =
        "Bearer realm=\"http://%s/token\",service=\"the registry\"".formatted(registry.host());
    exchange.getResponseHeaders().set("WWW-Authenticate", realm);
    FakeRegistry.send(exchange, 401, "");
    return true;
  }

  @Test
  void aTokenServiceElsewhereOnPlainHttpGetsNoPassword() throws IOException {
    try (FakeRegistry thief = new FakeRegistry()) {
      environment.put("DOCKER_USERNAME", "alice");
      environment.put("DOCKER_PASSWORD", "wonderland");
      registry.trick(exchange -> {
        String realm = "Bearer realm=\"http://%s/token\"".formatted(thief.host());
        exchange.getResponseHeaders().set("WWW-Authenticate", realm);
        FakeRegistry.send(exchange, 401, "");
        return true;
      });
      assertThat(problem(registry.host() + "/x:1").problem().why())
          .contains("as the place for tokens");
      assertThat(thief.requests()).isEmpty();
    }
  }

  @Test
  void credentialsComeFromApptainersFile() throws IOException {
    Path file = directory.resolve(".apptainer/docker-config.json");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.host(), base64("alice:w")));
    registry.put("x", "1", image(TestImage.bytes("mine")));
    registry.trick(exchange -> {
      String sent = exchange.getRequestHeaders().getFirst("Authorization");
      if (("Basic " + base64("alice:w")).equals(sent)) {
        return false;
      }
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
      FakeRegistry.send(exchange, 401, "");
      return true;
    });
    assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo("mine");
  }

  @Test
  void aRedirectToAnotherHostCarriesNoCredentials() throws IOException {
    TestImage image = image(TestImage.bytes("far"));
    registry.put("x", "1", image);
    environment.put("DOCKER_USERNAME", "alice");
    environment.put("DOCKER_PASSWORD", "w");
    try (FakeRegistry store = new FakeRegistry()) {
      store.put("x", "1", image);
      registry.trick(exchange -> {
        if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
          exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=x");
          FakeRegistry.send(exchange, 401, "");
          return true;
        }
        if (isBlob(exchange)) {
          String there = "http://" + store.host() + exchange.getRequestURI();
          exchange.getResponseHeaders().set("Location", there);
          FakeRegistry.send(exchange, 307, "");
          return true;
        }
        return false;
      });
      assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo("far");
      assertThat(store.requests()).hasSize(2).allMatch(r -> r.endsWith(" null"));
    }
  }

  @Test
  void passingTroubleIsSatOut() throws IOException {
    registry.put("x", "1", image(TestImage.bytes("at last")));
    AtomicInteger count = new AtomicInteger();
    registry.trick(exchange -> {
      int status = List.of(503, 429, 200).get(Math.min(count.getAndIncrement(), 2));
      if (status == 200) {
        return false;
      }
      FakeRegistry.send(exchange, status, "<html>" + "x".repeat(200_000));
      return true;
    });
    assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo("at last");
    assertThat(heard)
        .containsExactly(
            registry.host() + ": it answers 503", registry.host() + ": it answers 429");
  }

  @Test
  void aRateLimitThatStaysIsExplained() {
    registry.trick(exchange -> {
      FakeRegistry.send(
          exchange,
          429,
          "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"slow\\u001b[31m\"}]}");
      return true;
    });
    ProblemException problem = problem(registry.host() + "/x:1");
    assertThat(problem.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
    assertThat(problem.problem().why())
        .isEqualTo(registry.host() + ": it answers 429: TOOMANYREQUESTS, slow [31m");
    assertThat(problem.problem().fix()).contains("mirrors");
  }

  @Test
  void aLongWaitIsToldAtOnceAndHowManyRequestsThereMayBe() {
    registry.trick(exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "7200");
      exchange.getResponseHeaders().set("ratelimit-limit", "100;w=21600");
      exchange.getResponseHeaders().set("docker-ratelimit-source", "192.0.2.7");
      FakeRegistry.send(exchange, 429, "");
      return true;
    });
    assertThat(problem(registry.host() + "/x:1").problem().why())
        .isEqualTo(
            registry.host()
                + ": it answers 429; it allows 100 requests in 6 hours to 192.0.2.7; it asks to"
                + " wait 2 hours");
    assertThat(registry.requests()).hasSize(1);
    assertThat(heard).isEmpty();
  }

  @Test
  void nvidiasKeysAreShownToNvidiaAlone() throws IOException {
    environment.put("NGC_API_KEY", "nvapi-1");
    CredentialLookup lookup = new CredentialLookup(environment, _ -> {});
    RegistryEndpoint nvidia =
        new RegistryEndpoint("https://nvcr.io", RegistryEndpoint.Role.REGISTRY);
    RegistryEndpoint other =
        new RegistryEndpoint("https://nvcr.io.example.org", RegistryEndpoint.Role.REGISTRY);
    assertThat(lookup.of(nvidia, "nvidia/cuda"))
        .contains(new Credentials("$oauthtoken", new Secret("nvapi-1"), Credentials.Kind.PASSWORD));
    assertThat(lookup.of(other, "nvidia/cuda")).isEmpty();
    environment.put("SKIFF_DOCKER_PASSWORD", "nvapi-2");
    assertThat(new CredentialLookup(environment, _ -> {}).of(nvidia, "nvidia/cuda"))
        .map(Credentials::username)
        .contains("$oauthtoken");
  }

  @Test
  void aLoginIsTriedAndAWrongPasswordTold() throws IOException {
    registry.trick(this::tokenService);
    RegistryLogin login =
        new RegistryLogin(RegistrySettings.EMPTY.withInsecure(registry.host()), Map.of());
    Credentials alice =
        new Credentials("alice", new Secret("wonderland"), Credentials.Kind.PASSWORD);
    registry.put("/v2/", new byte[0]);
    assertThat(login.check(registry.host(), alice)).isEqualTo(RegistryLogin.Answer.TAKEN);
    assertThat(registry.requests()).anyMatch(r -> r.startsWith("/token?service=the+registry "));
    try (FakeRegistry closed = new FakeRegistry()) {
      closed.trick(exchange -> {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=x");
        FakeRegistry.send(exchange, 401, "");
        return true;
      });
      RegistryLogin other =
          new RegistryLogin(RegistrySettings.EMPTY.withInsecure(closed.host()), Map.of());
      ProblemException refused =
          catchThrowableOfType(ProblemException.class, () -> other.check(closed.host(), alice));
      assertThat(refused.exitCode()).isEqualTo(ExitCode.NOT_ALLOWED);
      assertThat(refused.problem().render()).doesNotContain("wonderland");
    }
  }

  @Test
  void whatIsNotThereAndWhatIsRefusedHaveTheirExitCodes() {
    assertThat(problem(registry.host() + "/nothing:1").exitCode()).isEqualTo(ExitCode.PROBLEM);
    registry.trick(exchange -> {
      FakeRegistry.send(exchange, 403, "");
      return true;
    });
    assertThat(problem(registry.host() + "/x:1").exitCode()).isEqualTo(ExitCode.NOT_ALLOWED);
  }

  @Test
  void aDownloadThatStandsStillIsCut() throws IOException {
    registry.put("x", "1", image(noise(100)));
    registry.trick(exchange -> {
      if (!isBlob(exchange)) {
        return false;
      }
      exchange.sendResponseHeaders(200, 200);
      exchange.getResponseBody().flush();
      try {
        Thread.sleep(20_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return true;
    });
    long start = System.nanoTime();
    ProblemException told = problem(registry.host() + "/x:1");
    assertThat(told.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
    assertThat(told.problem().why()).contains("nothing came for 1 s");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void aMirrorIsAskedFirstAndTheRealNameStays() throws IOException {
    registry.put("nvidia/tensorflow", "20.10-tf2-py3", image(TestImage.bytes("mirrored")));
    URI dead = URI.create("http://127.0.0.1:1");
    config =
        SkiffConfig.of(
            new RegistrySettings(
                Map.of("nvcr.io", List.of(dead, URI.create("http://" + registry.host()))),
                Set.of()));
    try (RegistryClient client = client()) {
      RegistryImage source =
          client.image(ImageReference.parse("docker://nvcr.io/nvidia/tensorflow:20.10-tf2-py3"));
      OciImage image = OciImage.open(source, AMD64);
      assertThat(PulledImages.text(PulledImages.tree(image), "a")).isEqualTo("mirrored");
      assertThat(image.name()).isEqualTo("nvcr.io/nvidia/tensorflow:20.10-tf2-py3");
    }
  }

  private void mirrored(FakeRegistry... mirrors) {
    List<URI> places =
        Arrays.stream(mirrors).map(mirror -> URI.create("http://" + mirror.host())).toList();
    config =
        SkiffConfig.of(
            new RegistrySettings(Map.of(registry.host(), places), Set.of(registry.host())));
  }

  @Test
  void aMirrorThatSendsOtherBytesIsPassedOver() throws IOException {
    TestImage image = image(TestImage.bytes("true"));
    registry.put("x", "1", image);
    try (FakeRegistry liar = new FakeRegistry()) {
      liar.put("x", "1", image);
      image
          .blobs()
          .forEach((blob, bytes) -> liar.put("/v2/x/blobs/" + blob, new byte[bytes.length]));
      mirrored(liar);
      assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo("true");
      assertThat(liar.count(r -> r.contains("/blobs/"))).isPositive();
      assertThat(heard).anyMatch(said -> said.startsWith(liar.host() + " is passed over: blob "));
    }
  }

  @Test
  void aMirrorWithAnotherManifestIsPassedOver() throws IOException {
    TestImage image = image(TestImage.bytes("true"));
    registry.put("x", "1", image);
    Digest digest = Digest.sha256(image.ociManifest());
    try (FakeRegistry liar = new FakeRegistry();
        FakeRegistry blind = new FakeRegistry()) {
      liar.put("/v2/x/manifests/" + digest, TestImage.bytes("{}"));
      liar.put("/v2/x/manifests/1", TestImage.bytes("<html>welcome</html>"));
      mirrored(liar, blind);
      assertThat(pulled(registry.host() + "/x@" + digest, "a")).isEqualTo("true");
      assertThat(pulled(registry.host() + "/x:1", "a")).isEqualTo("true");
      assertThat(heard).hasSize(2).allMatch(said -> said.startsWith(liar.host()));
    }
  }

  @Test
  void aMirrorWithAPathKeepsIt() throws IOException {
    registry.put("proxy/library/alpine", "latest", image(TestImage.bytes("proxied")));
    config =
        SkiffConfig.of(
            new RegistrySettings(
                Map.of("docker.io", List.of(URI.create("http://" + registry.host() + "/proxy/"))),
                Set.of()));
    assertThat(pulled("alpine", "a")).isEqualTo("proxied");
  }

  @Test
  void aServerBeforeTheRegistryThatWantsACertificateIsUnderstood() {
    registry.trick(exchange -> {
      String page =
          "<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>";
      FakeRegistry.send(exchange, 400, page);
      return true;
    });
    ProblemException told = problem(registry.host() + "/x:1");
    assertThat(told.problem().why()).contains("only who shows a certificate that it knows");
    assertThat(told.problem().fix()).contains("client-certificates." + registry.host());
  }

  @Test
  void absurdManifestsAreRefusedWithoutReadingOn() {
    registry.put("/v2/x/manifests/1", new byte[6 << 20]);
    assertThatThrownBy(() -> pulled(registry.host() + "/x:1", "a"))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("at most 4194304 may be");
  }

  @Test
  void secretsDoNotShow() {
    Secret secret = new Secret("wonderland");
    assertThat(new Credentials("alice", secret, Credentials.Kind.PASSWORD).toString())
        .doesNotContain("wonderland")
        .contains("***");
  }
}
