package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// SIF files in a registry, written and read by Skiff and by a real Apptainer, which is found as
/// `BesideThePeer` says.
@Timeout(600)
final class OrasPeerIT extends BesideThePeer {

  @TempDir Path store;

  @Test
  void eachReadsWhatTheOtherSent() throws IOException {
    Path image = Path.of("src/test/resources/sif/zstd.sif").toAbsolutePath();
    share(image);
    execute("chmod", "777", shared.toString());
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(store)) {
      Map<String, String> ours = Map.of("HOME", store.toString());
      String base = "oras://" + registry.host() + "/";
      Path mine = shared.resolve("x.sif");
      String digest =
          skiff(HostUser.ROOT, shared, ours, "push", "--no-https", mine + "", base + "skiff:1")
              .ends(0)
              .out()
              .replaceAll("(?s).*@", "");
      apptainer("pull", "--no-https", seen + "/theirs.sif", base + "skiff:1").ends(0);
      assertThat(shared.resolve("theirs.sif")).hasSameBinaryContentAs(image);

      apptainer("push", "--no-https", seen + "/x.sif", base + "peer:1").ends(0);
      skiff(HostUser.ROOT, shared, ours, "pull", "--no-https", "ours.sif", base + "peer:1").ends(0);
      assertThat(shared.resolve("ours.sif")).hasSameBinaryContentAs(image);
      skiff(HostUser.ROOT, shared, ours, "push", "--no-https", mine + "", base + "peer:2")
          .ends(0)
          .printsAmongOthers("@" + digest.strip());
      assertThat(manifest(registry, "peer/manifests/1"))
          .isEqualTo(manifest(registry, "skiff/manifests/1"));
      assertThat(Files.exists(mine)).isTrue();
    }
  }

  private static String manifest(LoopbackRegistry registry, String what) {
    return execute(
        "curl",
        "-sS",
        "-H",
        "Accept: application/vnd.oci.image.manifest.v1+json",
        "http://" + registry.host() + "/v2/" + what);
  }
}
