package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.oci.archive.ImageContent.Document;
import dev.skiff.runtime.config.SkiffConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryPushTest {

  private static final RetryPolicy QUICK =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofSeconds(5));
  private static final byte[] MANIFEST = TestImage.bytes("{\"schemaVersion\":2}");

  @TempDir Path directory;
  private FakeRegistry registry;
  private FakeUploads uploads;
  private byte[] bytes;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    uploads = new FakeUploads(registry);
    bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private Descriptor blob() {
    return Descriptor.of(MediaTypes.OCI_LAYER, Digest.sha256(bytes), bytes.length);
  }

  private RegistryPush.Result push(Optional<String> from) {
    return pushing(push ->
        push.push(
            List.of(new RegistryPush.Blob(blob(), from, () -> new ByteArrayInputStream(bytes))),
            MediaTypes.OCI_MANIFEST,
            MANIFEST));
  }

  private RegistryPush.Result pushing(Function<RegistryPush, RegistryPush.Result> what) {
    registry.trick(uploads);
    SkiffConfig config = SkiffConfig.EMPTY.withInsecure(registry.host());
    try (RegistryClient client =
        RegistryClient.open(
            new RegistryClient.Settings(
                config,
                Map.of("HOME", directory.toString()),
                new BlobCache(directory),
                QUICK,
                PullListener.silent()))) {
      return what.apply(client.push(ImageReference.parse(registry.host() + "/team/app:1")));
    }
  }

  private byte[] sent() {
    return registry.content("/v2/team/app/blobs/" + blob().digest());
  }

  @Test
  void aBlobIsSentOnceAndTheManifestLast() {
    RegistryPush.Result result = push(Optional.empty());
    assertThat(result)
        .isEqualTo(new RegistryPush.Result(Digest.sha256(MANIFEST), 1, bytes.length, 0));
    assertThat(sent()).isEqualTo(bytes);
    assertThat(registry.content("/v2/team/app/manifests/1")).isEqualTo(MANIFEST);
    assertThat(registry.requests().getLast()).startsWith("/v2/team/app/manifests/1 ");
    assertThat(push(Optional.empty()))
        .isEqualTo(new RegistryPush.Result(Digest.sha256(MANIFEST), 0, 0, 1));
  }

  @Test
  void whatAnotherRepositoryHasIsTakenOver() {
    assertThat(push(Optional.of("base"))).extracting(RegistryPush.Result::sent).isEqualTo(0);
    assertThat(directory.resolve("blob")).doesNotExist();
  }

  /// Counts the requests that begin an upload, and those that go on with one.
  private List<Long> uploadsOf(ImageContent image) {
    int before = registry.requests().size();
    assertThat(pushing(push -> push.push(image)).digest()).isEqualTo(Digest.sha256(MANIFEST));
    List<String> made = registry.requests().subList(before, registry.requests().size());
    return Stream.of("uploads/\\?mount=\\S+&from=base .*", "uploads/ .*", "uploads/[0-9].*")
        .map(part -> "/v2/team/app/blobs/" + part)
        .map(part -> made.stream().filter(request -> request.matches(part)).count())
        .toList();
  }

  /// An image whose layer is in the repository `base`.
  private ImageContent image(Optional<ImageReference> configIn) {
    ImageContent.Layer layer =
        new ImageContent.Layer(
            blob(), blob().digest(), () -> new ByteArrayInputStream(bytes), Optional.of(base()));
    Document config = Document.of(MediaTypes.OCI_CONFIG, TestImage.bytes("{}"));
    Document manifest = Document.of(MediaTypes.OCI_MANIFEST, MANIFEST);
    return new ImageContent(config, manifest, List.of(layer), configIn);
  }

  private ImageReference base() {
    return ImageReference.parse(registry.host() + "/base:1");
  }

  @Test
  void nothingIsSentOfAnImageThatAnotherRepositoryHas() {
    assertThat(uploadsOf(image(Optional.of(base())))).isEqualTo(List.of(2L, 0L, 0L));
  }

  @Test
  void aConfigurationOfNoRepositoryIsSentBesideLayersThatAreTakenOver() {
    assertThat(uploadsOf(image(Optional.empty()))).isEqualTo(List.of(1L, 1L, 2L));
  }

  @Test
  void whatAnotherRepositoryHasNotIsSent() {
    assertThat(push(Optional.of("elsewhere"))).extracting(RegistryPush.Result::sent).isEqualTo(1);
    assertThat(sent()).isEqualTo(bytes);
  }

  @Test
  void aCutUploadGoesOnWhereTheRegistryGotTo() {
    uploads.cut(100_000, false);
    assertThat(push(Optional.empty()).sent()).isEqualTo(1);
    assertThat(sent()).isEqualTo(bytes);
    assertThat(registry.count(r -> r.matches("/v2/team/app/blobs/uploads/ .*"))).isEqualTo(1);
  }

  @Test
  void aForgottenUploadBeginsAnew() {
    uploads.cut(100_000, true);
    assertThat(push(Optional.empty()).sent()).isEqualTo(1);
    assertThat(sent()).isEqualTo(bytes);
    assertThat(registry.count(r -> r.matches("/v2/team/app/blobs/uploads/ .*"))).isEqualTo(2);
  }

  private ProblemException refused(int status) {
    registry.trick(exchange -> {
      if (exchange.getRequestMethod().equals("POST")) {
        FakeRegistry.send(exchange, status, "");
        return true;
      }
      return false;
    });
    return catchThrowableOfType(ProblemException.class, () -> push(Optional.empty()));
  }

  @Test
  void whoMayNotWriteIsToldToLogIn() {
    ProblemException refused = refused(403);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.NOT_ALLOWED);
    assertThat(refused.problem().render())
        .contains("cannot push '%s/team/app:1'".formatted(registry.host()))
        .contains("skiff registry login " + registry.host());
    assertThat(registry.paths()).isEmpty();
  }

  @Test
  void aLimitOfSizeIsExplained() {
    assertThat(refused(413).problem().fix()).contains("larger uploads");
  }

  @Test
  void aPlaceElsewhereGetsNoBytesOverPlainHttpAndNoPassword() throws IOException {
    try (FakeRegistry thief = new FakeRegistry()) {
      registry.trick(exchange -> {
        if (exchange.getRequestMethod().equals("POST")) {
          exchange.getResponseHeaders().set("Location", "http://" + thief.host() + "/take");
          FakeRegistry.send(exchange, 202, "");
          return true;
        }
        return false;
      });
      ProblemException refused =
          catchThrowableOfType(ProblemException.class, () -> push(Optional.empty()));
      assertThat(refused.problem().why()).contains("as the place to send to");
      assertThat(thief.requests()).isEmpty();
    }
  }
}
