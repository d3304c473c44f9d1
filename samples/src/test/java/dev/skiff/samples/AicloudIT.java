package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.copySample;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the users of a GPU cluster type, word for word, with `skiff` for `singularity`: pull a base
/// image of a vendor's registry, build on it, train with binds.
final class AicloudIT {

  private static final String IMAGE = "nvidia/tensorflow:20.10-tf2-py3";

  private static Path store = Path.of("/");
  private static LoopbackRegistry registry;

  @BeforeAll
  static void fillARegistry() {
    store = directoryOf(HostUser.ROOT.orSkip());
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mmdebstrap")), "mmdebstrap is not installed");
    registry = LoopbackRegistry.startOrSkip(store);
    new OciArchiveFixture(store)
        .layer(
            "gzip -1",
            "+gzip",
            "mmdebstrap --quiet --variant=apt --include=python3,python-is-python3 --format=tar bookworm - |"
                + " tar --exclude=./dev/* -x")
        .layer("zstd -q", "+zstd", "mkdir -p opt; echo 'not the real one' > opt/tensorflow")
        .archive(
            "base.tar",
            "{\"Env\":[\"PATH=/usr/local/bin:/usr/bin:/bin\",\"NVIDIA_VERSION=20.10\"]}");
    execute(
        "skopeo",
        "copy",
        "--quiet",
        "--dest-tls-verify=false",
        "oci:" + store.resolve("layout"),
        "docker://" + registry.host() + "/" + IMAGE);
  }

  @AfterAll
  static void stopTheRegistry() {
    if (registry != null) {
      registry.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HostUser.class,
      names = {"RANGE", "SINGLE"})
  void theGuideWorksWordForWord(HostUser user) throws IOException {
    Path directory = directoryOf(user.orSkip());
    copySample("aicloud", directory);
    Path config =
        Files.writeString(
            directory.resolve("skiff.yaml"),
            "mirrors:\n  nvcr.io: [http://" + registry.host() + "]\n");
    Map<String, String> site =
        Map.of("SKIFF_CONFIG", config.toString(), "SKIFF_CACHEDIR", directory + "/cache");

    skiff(user, directory, site, "pull", "docker://nvcr.io/" + IMAGE).ends(0);
    skiff(user, directory, site, "exec", "tensorflow_20.10-tf2-py3.sif", "cat", "/opt/tensorflow")
        .ends(0)
        .prints("not the real one\n");
    skiff(user, directory, site, "pull", "docker://nvcr.io/" + IMAGE)
        .ends(1)
        .complains("already exists");

    skiff(user, directory, site, "build", "--fakeroot", "tensorflow_keras.sif", "Singularity")
        .ends(0);
    Path outputs = directory.resolve("output_data");
    Files.createDirectories(outputs);
    execute("chown", user.account(), outputs.toString());
    skiff(
            user,
            directory,
            site,
            "exec",
            "--nv",
            "-B",
            ".:/code",
            "-B",
            "output_data:/output_data",
            "tensorflow_keras.sif",
            "python",
            "/code/example.py",
            "10")
        .ends(0)
        .printsAmongOthers("trained for 10 epochs");
    assertThat(Files.readAllLines(outputs.resolve("log.txt"))).hasSize(10);
    skiff(user, directory, site, "exec", "tensorflow_keras.sif", "sh", "-c", "echo $NVIDIA_VERSION")
        .prints("20.10\n");
  }

  @ParameterizedTest
  @EnumSource(
      value = HostUser.class,
      names = {"SINGLE"})
  void aRegistryImageRunsWithoutAFileOfItsOwn(HostUser user) throws IOException {
    Path directory = directoryOf(user.orSkip());
    Path config =
        Files.writeString(
            directory.resolve("skiff.yaml"),
            "mirrors:\n  nvcr.io: [http://" + registry.host() + "]\n");
    Map<String, String> site =
        Map.of("SKIFF_CONFIG", config.toString(), "SKIFF_CACHEDIR", directory + "/cache");
    skiff(user, directory, site, "exec", "docker://nvcr.io/" + IMAGE, "cat", "/opt/tensorflow")
        .ends(0)
        .prints("not the real one\n");
  }
}
