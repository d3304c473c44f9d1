package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Images that came damaged, or that were made to do harm: a problem or a harmless image, never a
/// file outside of the target.
@Timeout(300)
final class BadLayerIT {

  private Path directory = Path.of("/");
  private Path outside = Path.of("/");
  private OciArchiveFixture fixture = new OciArchiveFixture(Path.of("/var/tmp"));

  @BeforeEach
  void startInAnEmptyDirectory() throws IOException {
    directory = directoryOf(HostUser.RANGE.orSkip());
    outside = directoryOf(HostUser.RANGE);
    Files.writeString(outside.resolve("precious"), "precious");
    fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT)).busybox();
  }

  private Outcome type(String... words) {
    return skiff(HostUser.RANGE, directory, words);
  }

  private void refused(String complaint) throws IOException {
    String spec = "oci-archive:" + fixture.archive("O.tar", "{}");
    for (String form : new String[] {"--compression=zstd", "--sandbox"}) {
      Outcome outcome = type("build", form, "x", spec).ends(1).complains(complaint);
      assertThat(outcome.err()).contains("  why: ").contains("  fix: ");
      try (var files = Files.list(directory)) {
        assertThat(files).isEmpty();
      }
    }
  }

  private void nothingHappenedOutside() throws IOException {
    assertThat(Files.readString(outside.resolve("precious"))).isEqualTo("precious");
    try (var files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
  }

  private static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length * 2 / 3);
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] changed = bytes.clone();
    changed[changed.length / 2] ^= 0x55;
    changed[changed.length / 2 + 7] ^= 0x11;
    return changed;
  }

  @ParameterizedTest
  @CsvSource({
    "gzip -1, +gzip, true",
    "gzip -1, +gzip, false",
    "zstd -q, +zstd, true",
    "zstd -q, +zstd, false",
    "cat, '', true",
    "cat, '', false"
  })
  void aDamagedLayerIsNamedByItsDigest(String compressor, String suffix, boolean cut)
      throws IOException {
    fixture
        .layer(compressor, suffix, "cp \"$(command -v busybox)\" more")
        .damaged(cut ? BadLayerIT::cut : BadLayerIT::flipped);
    refused("layer sha256:");
  }

  @Test
  void aManifestMustHaveItsDigest() throws IOException {
    fixture.manifest(
        UnaryOperator.identity(),
        text -> text.replace("\"schemaVersion\":2", "\"schemaVersion\":1"));
    refused("digest: the bytes have digest sha256:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4611686018427387904", "99999999999999999999999", "-5", "5", "1e30"})
  void aSizeThatCannotBeIsRefused(String size) throws IOException {
    fixture.manifest(
        text -> text.replaceAll("(tar\\+gzip.*\"size\":)\\d+", "$1" + size),
        UnaryOperator.identity());
    refused("size: found ");
  }

  @Test
  void aClaimOfATerabyteIsNoTerabyte() throws IOException {
    fixture.layer(new TarBytes().claim("huge", 1L << 32).ended());
    refused("ends");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\n", ""})
  void whatIsNoArchiveIsSaidToBeNone(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("a.tar"), text);
    for (String agent : new String[] {"oci-archive", "docker-archive"}) {
      type("build", "x.sif", agent + ":" + file).ends(1).complains("cannot use the image");
    }
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }

  @Test
  void pathsThatLeadOutStayInside() throws IOException {
    String up = "../../../../../../../..";
    fixture.layer(
        new TarBytes()
            .file(up + outside + "/a", "x")
            .file("a/../../b", "x")
            .file(outside + "/c", "x")
            .file("../.wh.precious", "")
            .ended());
    String spec = "oci-archive:" + fixture.archive("O.tar", "{}");
    type("build", "--sandbox", "box", spec).ends(0);
    assertThat(directory.resolve("box" + outside + "/a")).hasContent("x");
    assertThat(directory.resolve("box" + outside + "/c")).hasContent("x");
    assertThat(directory.resolve("box/b")).hasContent("x");
    type("build", "x.sif", spec).ends(0);
    type("exec", "x.sif", "cat", "/b").ends(0).prints("x");
    nothingHappenedOutside();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../../../../../../../../.."})
  void aFileThroughALinkStaysInside(String up) throws IOException {
    fixture.layer(
        new TarBytes()
            .symlink("link", up + outside)
            .file("link/a", "x")
            .file("link/.wh.precious", "")
            .symlink("file", up + outside + "/precious")
            .file("file", "overwritten")
            .ended());
    String spec = "oci-archive:" + fixture.archive("O.tar", "{}");
    type("build", "--sandbox", "box", spec).ends(0);
    type("build", "x.sif", spec).ends(0);
    assertThat(Files.isSymbolicLink(directory.resolve("box/file"))).isFalse();
    assertThat(directory.resolve("box/file")).hasContent("overwritten");
    nothingHappenedOutside();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/shadow", "../../../../../../../../etc/shadow"})
  void aHardLinkCannotReachAFileOfTheHost(String target) throws IOException {
    fixture.layer(new TarBytes().hardLink("h", target).ended());
    refused("linkname: ");
  }

  @Test
  void aLinkToAHostFileIsNotFollowedByWhatFollows() throws IOException {
    fixture.layer(
        new TarBytes().symlink("l", outside.toString()).hardLink("h", "l/precious").ended());
    refused("linkname: ");
    nothingHappenedOutside();
  }

  @Test
  void whatFollowsTheLastContentMayBeLeftOut() throws IOException {
    fixture.layer(new TarBytes().file("a", "first").unpadded("b", 0, "last").withoutEnd());
    String spec = "oci-archive:" + fixture.archive("O.tar", "{}");
    type("build", "x.sif", spec).ends(0);
    type("build", "--sandbox", "box", spec).ends(0);
    type("exec", "x.sif", "cat", "/a", "/b").ends(0).prints("firstlast");
    type("exec", "box", "cat", "/a", "/b").ends(0).prints("firstlast");
  }

  @Test
  void anOwnerBeyondTheRangeBecomesRootWithAWarning() throws IOException {
    fixture.layer(
        new TarBytes()
            .file("far", 2_000_000, "x")
            .file("near", 12, "x")
            .file("f", 90_000, "")
            .ended());
    String spec = "oci-archive:" + fixture.archive("O.tar", "{}");
    Outcome outcome = type("build", "--sandbox", "box", spec).ends(0);
    assertThat(outcome.err())
        .contains("2 owners, ")
        .contains("/etc/subuid")
        .doesNotContain("/rootfs");
    type("build", "x.sif", spec).ends(0);
    Files.writeString(
        directory.resolve("x.def"),
        "Bootstrap: localimage\nFrom: x.sif\n%post\n  cat /far\n  ls -ln /far /near\n");
    Outcome again = type("build", "y.sif", "x.def").ends(0);
    assertThat(again.out() + again.err())
        .contains("2 owners, ")
        .containsPattern(" 0 +0 .*/far")
        .containsPattern(" 12 +12 .*/near");
  }
}
