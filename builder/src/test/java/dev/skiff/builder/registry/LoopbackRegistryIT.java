package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.builder.registry.LoopbackRegistry.Access;
import dev.skiff.builder.registry.TestImage.Packing;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.tree.FileTree;
import dev.skiff.runtime.config.SkiffConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client against Debian's docker-registry.
class LoopbackRegistryIT {

  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void needsARegistry() throws IOException {
    assumeTrue(LoopbackRegistry.missing().isEmpty(), () -> LoopbackRegistry.missing().orElse(""));
    environment.put("HOME", Files.createDirectory(directory.resolve("home")).toString());
  }

  private LoopbackRegistry start(Access access) throws IOException, InterruptedException {
    return LoopbackRegistry.start(Files.createDirectory(directory.resolve("registry")), access);
  }

  private RegistryClient client(LoopbackRegistry registry) {
    return RegistryClient.open(
        RegistryClient.Settings.of(
            SkiffConfig.EMPTY.withInsecure(registry.host()), environment, PullListener.silent()));
  }

  private static OciImage open(RegistryClient client, String reference, String platform)
      throws IOException {
    return OciImage.open(client.image(ImageReference.parse(reference)), Platform.parse(platform));
  }

  @Test
  void layersOfAllPackingsMerge() throws IOException, InterruptedException {
    TestImage image =
        new TestImage("amd64")
            .layer(Packing.PLAIN, "a", "plain")
            .layer(Packing.GZIP, "b", "gzip")
            .layer(Packing.ZSTD, "c", "zstd")
            .layer(Packing.ZSTD, "a", "upper");
    try (LoopbackRegistry registry = start(Access.OPEN);
        RegistryClient client = client(registry)) {
      registry.push("x", "1", image, image.ociManifest());
      OciImage pulled = open(client, registry.host() + "/x:1", "amd64");
      FileTree tree = PulledImages.tree(pulled);
      assertThat(PulledImages.text(tree, "a")).isEqualTo("upper");
      assertThat(PulledImages.text(tree, "b")).isEqualTo("gzip");
      assertThat(PulledImages.text(tree, "c")).isEqualTo("zstd");
      assertThat(pulled.config().env()).containsExactly("PATH=/bin");
      assertThat(pulled.config().labels().keySet()).containsExactly("b", "a");
      assertThat(pulled.config().runJson())
          .isEqualTo(
              "{\"Env\":[\"PATH=/bin\"],\"Cmd\":[\"sh\"],\"Labels\":{\"b\":\"2\",\"a\":\"1\"}}");
    }
  }

  @Test
  void dockerManifestsAndDigestsAreUnderstood() throws IOException, InterruptedException {
    TestImage image = new TestImage("amd64").layer(Packing.GZIP, "a", "docker");
    byte[] manifest = image.dockerManifest();
    try (LoopbackRegistry registry = start(Access.OPEN);
        RegistryClient client = client(registry)) {
      for (byte[] blob : image.blobs().values()) {
        registry.pushBlob("team/x", blob);
      }
      String type = "application/vnd.docker.distribution.manifest.v2+json";
      registry.pushManifest("team/x", "1", manifest, type);
      String reference = registry.host() + "/team/x:wrong@" + Digest.sha256(manifest);
      OciImage pulled = open(client, reference, "amd64");
      assertThat(pulled.digest()).isEqualTo(Digest.sha256(manifest));
      assertThat(PulledImages.text(PulledImages.tree(pulled), "a")).isEqualTo("docker");
    }
  }

  @Test
  void anIndexYieldsThePlatformAskedForAndListsThoseThereAre()
      throws IOException, InterruptedException {
    TestImage amd64 = new TestImage("amd64").layer(Packing.GZIP, "a", "amd64");
    TestImage arm64 = new TestImage("arm64").layer(Packing.ZSTD, "a", "arm64");
    try (LoopbackRegistry registry = start(Access.OPEN);
        RegistryClient client = client(registry)) {
      byte[] index = pushIndex(registry, amd64, arm64);
      registry.pushManifest("x", "1", index, OCI_INDEX);
      String reference = registry.host() + "/x:1";
      for (String architecture : List.of("amd64", "arm64", "aarch64")) {
        FileTree tree = PulledImages.tree(open(client, reference, architecture));
        assertThat(PulledImages.text(tree, "a"))
            .isEqualTo(Platform.parse(architecture).architecture());
      }
      NoSuchImageException missing =
          catchThrowableOfType(
              NoSuchImageException.class, () -> open(client, reference, "riscv64"));
      assertThat(RegistryProblems.unusable(reference, missing).problem().render())
          .isEqualTo(
              """
              error: cannot use the image '%s'
                why: it is not there for linux/riscv64, only for: linux/amd64, linux/arm64
                fix: choose one that is there, for example with --arch amd64
              """
                  .formatted(reference));
    }
  }

  /// An index as BuildKit writes it, with an attestation, and with an artefact as others do.
  private static byte[] pushIndex(LoopbackRegistry registry, TestImage amd64, TestImage arm64)
      throws IOException, InterruptedException {
    byte[] first = amd64.ociManifest();
    byte[] second = arm64.ociManifest();
    registry.push("x", Digest.sha256(first).toString(), amd64, first);
    registry.push("x", Digest.sha256(second).toString(), arm64, second);
    String artefact = TestImage.descriptor(OCI_MANIFEST, first);
    return TestImage.index(
        TestImage.with(artefact, "\"artifactType\":\"application/vnd.example.sbom\""),
        TestImage.with(
            artefact,
            "\"platform\":{\"architecture\":\"unknown\",\"os\":\"unknown\"},"
                + "\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}"),
        TestImage.with(artefact, "\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}"),
        TestImage.with(
            TestImage.descriptor(OCI_MANIFEST, second),
            "\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\"}"));
  }

  @Test
  void aPasswordIsAskedForAndTaken() throws IOException, InterruptedException {
    TestImage image = new TestImage("amd64").layer(Packing.GZIP, "a", "private");
    try (LoopbackRegistry registry = start(Access.PASSWORD)) {
      registry.push("x", "1", image, image.ociManifest());
      String reference = registry.host() + "/x:1";
      try (RegistryClient stranger = client(registry)) {
        assertThatThrownBy(() -> open(stranger, reference, "amd64"))
            .isInstanceOfSatisfying(
                ProblemException.class,
                e -> {
                  assertThat(e.exitCode()).isEqualTo(ExitCode.NOT_ALLOWED);
                  assertThat(e.problem().why()).contains("asks for a user name and a password");
                });
      }
      environment.put("APPTAINER_DOCKER_USERNAME", "alice");
      environment.put("APPTAINER_DOCKER_PASSWORD", "wonderland");
      try (RegistryClient alice = client(registry)) {
        FileTree tree = PulledImages.tree(open(alice, reference, "amd64"));
        assertThat(PulledImages.text(tree, "a")).isEqualTo("private");
      }
    }
  }

  @Test
  void whatIsNotThereIsSaidSo() throws IOException, InterruptedException {
    try (LoopbackRegistry registry = start(Access.OPEN);
        RegistryClient client = client(registry)) {
      assertThatThrownBy(() -> open(client, registry.host() + "/x:1", "amd64"))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.exitCode()).isEqualTo(ExitCode.PROBLEM);
                assertThat(e.problem().why()).contains("it answers 404: MANIFEST_UNKNOWN");
              });
    }
  }

  @Test
  void plainHttpIsNotSpokenUnasked() throws IOException, InterruptedException {
    try (LoopbackRegistry registry = start(Access.OPEN);
        RegistryClient client =
            RegistryClient.open(
                RegistryClient.Settings.of(
                    SkiffConfig.EMPTY, environment, PullListener.silent()))) {
      assertThatThrownBy(() -> open(client, registry.host() + "/x:1", "amd64"))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.exitCode()).isEqualTo(ExitCode.PROBLEM);
                assertThat(e.problem().fix()).contains("--no-https", "skiff config set insecure");
              });
    }
  }
}
