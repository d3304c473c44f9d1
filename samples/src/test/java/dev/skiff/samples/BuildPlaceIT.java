package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a build writes: disks that are full, directories that are not there or closed.
@Timeout(300)
final class BuildPlaceIT {

  private Path directory = Path.of("/");
  private Path tiny = Path.of("/");

  @BeforeEach
  void mountATinyDisk() throws IOException {
    directory = directoryOf(HostUser.RANGE.orSkip());
    tiny = Files.createDirectory(directory.resolve("tiny"));
    execute("mount", "-t", "tmpfs", "-o", "size=300k,mode=1777", "tmpfs", tiny.toString());
  }

  @AfterEach
  void unmount() {
    execute("umount", tiny.toString());
  }

  private Outcome type(String... words) {
    return skiff(HostUser.RANGE, directory, words);
  }

  private void nothingIsLeft(String... besides) throws IOException {
    try (var files = Files.list(tiny)) {
      assertThat(files).isEmpty();
    }
    try (var files = Files.list(directory)) {
      assertThat(files.filter(f -> !f.equals(tiny)).map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(besides);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SKIFF_TMPDIR", "APPTAINER_TMPDIR", "TMPDIR", "--tmpdir"})
  void aFullWorkingDirectoryIsNamed(String choice) throws IOException {
    String sif = BusyboxImage.sif().toString();
    Map<String, String> environment = Map.of(choice, tiny.toString());
    Outcome outcome =
        choice.startsWith("-")
            ? type("build", choice, tiny.toString(), "--sandbox", "x", sif)
            : skiff(HostUser.RANGE, directory, environment, "build", "--sandbox", "x", sif);
    outcome.ends(1).complains("cannot work in '" + tiny + "' (" + choice + ")");
    nothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({"--compression=zstd,tiny/x.sif", "--sandbox,tiny/box"})
  void aFullTargetDirectoryIsNamed(String form, String target) throws IOException {
    type("build", form, target, BusyboxImage.sif().toString())
        .ends(1)
        .complains("'" + tiny + "'")
        .complains("full");
    nothingIsLeft();
  }

  @Test
  void aFullTargetDirectoryIsNamedWhenAnImageIsConverted() throws IOException {
    Path archive = new OciArchiveFixture(directoryOf(HostUser.ROOT)).busybox().archive("O", "{}");
    type("build", "tiny/x.sif", "oci-archive:" + archive)
        .ends(1)
        .complains("warning: the room in '" + tiny + "' may not be enough")
        .complains("'" + tiny + "'")
        .complains("full");
    nothingIsLeft();
  }

  @Test
  void noProgramsInTheTemporaryDirectoryAreNeeded() {
    Path archive = new OciArchiveFixture(directoryOf(HostUser.ROOT)).busybox().archive("O", "{}");
    String convert =
        "mount -t tmpfs -o noexec,nr_inodes=1,mode=555 tmpfs /tmp && for kind in zstd lz4; do"
            + " %s build --no-reuse --compression=$kind $kind.sif oci-archive:%s || exit; done"
                .formatted(InstalledSkiff.command(), archive);
    InstalledSkiff.as(
            HostUser.ROOT, directory, Map.of(), "", List.of("unshare", "-m", "sh", "-c", convert))
        .ends(0);
    assertThat(directory.resolve("lz4.sif")).isRegularFile();
  }

  @Test
  void aTargetDirectoryThatGoesAwayMeanwhileIsNamed() throws IOException {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    execute("chown", HostUser.RANGE.account(), gone.toString());
    Files.writeString(
        directory.resolve("x.def"), "Bootstrap: scratch\n%setup\n  rm -r '" + gone + "'\n");
    type("build", "gone/x.sif", "x.def")
        .ends(1)
        .complains("why: the directory '" + gone + "' went away meanwhile");
    nothingIsLeft("x.def");
  }

  @Test
  void aLayerThatMayNotBeReadIsNamed() throws IOException {
    Path images = directoryOf(HostUser.ROOT);
    Path _ = new OciArchiveFixture(images).busybox().archive("O", "{}");
    execute("sh", "-c", "chmod 0600 $(find '" + images + "/layout/blobs' -size +100k)");
    type("build", "x.sif", "oci:" + images + "/layout").ends(1).complains("permission denied");
    nothingIsLeft();
  }

  @Test
  void aDiskThatAScriptFillsFailsTheScript() throws IOException {
    execute("mount", "-o", "remount,size=8m", tiny.toString());
    Files.writeString(
        directory.resolve("x.def"),
        "Bootstrap: localimage\nFrom: "
            + BusyboxImage.sif()
            + "\n%post\n  dd if=/dev/zero of=/big bs=64k count=200\n");
    type("build", "--tmpdir", "tiny", "x.sif", "x.def")
        .ends(1)
        .complains("No space left on device");
    nothingIsLeft("x.def");
  }

  @Test
  void theDirectoryOfTheTargetMustBeThere() throws IOException {
    type("build", "no/such/x.sif", BusyboxImage.sif().toString())
        .ends(1)
        .complains("fix: make it first: mkdir -p '" + directory + "/no/such'");
    type("build", "/usr/x.sif", BusyboxImage.sif().toString())
        .ends(1)
        .complains("'/usr' cannot be written to");
    nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "pull", "inspect-that-is-none", "def"})
  void anUnknownFlagIsAnErrorOfUse(String verb) {
    type(verb, "--no-such-flag", "x.sif", "docker://x").ends(2).complains("error: ");
  }

  @Test
  void aClosedCacheIsNamed() throws IOException {
    Path registryDirectory = directoryOf(HostUser.ROOT);
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(registryDirectory)) {
      Path archive = new OciArchiveFixture(registryDirectory).busybox().archive("O", "{}");
      String reference = registry.push(archive, "cached");
      Path closed = Files.createDirectory(directory.resolve("closed"));
      execute("chmod", "0", closed.toString());
      execute("chown", HostUser.RANGE.account(), closed.toString());
      Map<String, String> cache = Map.of("SKIFF_CACHEDIR", closed.toString());
      skiff(
              HostUser.RANGE,
              directory,
              cache,
              "build",
              "--no-https",
              "x.sif",
              "docker://" + reference)
          .ends(1)
          .complains(closed.toString());
      nothingIsLeft("closed");
    }
  }
}
