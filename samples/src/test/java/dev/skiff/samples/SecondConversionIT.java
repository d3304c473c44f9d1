package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An image, and then one with a layer more.
final class SecondConversionIT {

  private static final String BASE =
      """
      mkdir -p d/sub o; for i in 1 2 3 4 5 6 7 8 9; do echo $i > d/$i; done
      head -c 300000 /dev/urandom > d/sub/large; ln d/1 o/hard; echo old > o/old; ln -s ../d o/link
      """;
  private static final String CHANGE =
      "mkdir d o; touch d/.wh.2 o/.wh..wh..opq; echo new > d/3; echo new > o/new; chmod 700 d/3";

  /// Names, kinds, permissions, times, links and contents, but for `etc`, which has mounts of this
  /// run.
  private static final String TELL =
      """
      cd /; for f in $(busybox find d o bin | busybox sort); do
        busybox stat -c '%n %F %a %u %g %Y %h %N' "$f"; done
      busybox find d o bin -type f -exec busybox md5sum {} + | busybox sort
      """;

  private Path directory = Path.of("/");
  private OciArchiveFixture fixture = new OciArchiveFixture(Path.of("/var/tmp"));

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.SINGLE.orSkip());
    fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT));
  }

  private Outcome type(String... words) {
    return skiff(
        HostUser.SINGLE,
        directory,
        Map.of("SKIFF_CACHEDIR", directory.resolve("cache").toString()),
        words);
  }

  private String told(String image) {
    return type("exec", "--pwd", "/", image, "sh", "-c", TELL).ends(0).out();
  }

  private Path first() {
    fixture.busybox();
    fixture.layer("gzip -1", "+gzip", BASE);
    return fixture.archive("first.tar", "{}");
  }

  private Path second() {
    fixture.layer("gzip -1", "+gzip", CHANGE);
    return fixture.archive("second.tar", "{}");
  }

  @Test
  void anImageMadeOfKnownLayersIsTheSameAsOneMadeAfresh() {
    type("build", "first.sif", "oci-archive:" + first()).ends(0);
    Path second = second();
    Outcome made = type("build", "second.sif", "oci-archive:" + second).ends(0);
    assertThat(made.err())
        .contains("2 of 3 layers are known from " + directory.resolve("first.sif"));
    Outcome afresh = type("build", "--no-reuse", "afresh.sif", "oci-archive:" + second).ends(0);
    assertThat(afresh.err()).doesNotContain("known from");
    assertThat(told("second.sif")).isEqualTo(told("afresh.sif")).contains("d/sub/large", "o/new");
    type("build", "-F", "first.sif", "oci-archive:" + second).ends(0);
    assertThat(told("first.sif")).isEqualTo(told("second.sif"));
  }

  @Test
  void whatWasChangedSinceIsConvertedAfresh() throws IOException {
    type("build", "first.sif", "oci-archive:" + first()).ends(0);
    Path sif = directory.resolve("first.sif");
    byte[] bytes = Files.readAllBytes(sif);
    Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 1000, (byte) 1);
    Files.write(sif, bytes);
    Path second = second();
    Outcome made = type("build", "second.sif", "oci-archive:" + second).ends(0);
    assertThat(made.err()).doesNotContain("known from");
    try (Stream<Path> kept = Files.walk(directory.resolve("cache/conversions"))) {
      for (Path file : kept.filter(this::isNote).toList()) {
        Files.write(file, "nonsense".getBytes(StandardCharsets.UTF_8));
      }
    }
    type("build", "third.sif", "oci-archive:" + second).ends(0);
    assertThat(told("third.sif")).isEqualTo(told("second.sif"));
  }

  /// And no second name of an image, through which that would be written to.
  private boolean isNote(Path file) {
    return Files.isRegularFile(file)
        && !file.startsWith(directory.resolve("cache/conversions/files"));
  }

  @Test
  void aVariableTurnsItOff() {
    Path first = first();
    Map<String, String> off =
        Map.of("SKIFF_CACHEDIR", directory.resolve("cache").toString(), "SKIFF_DISABLE_CACHE", "1");
    skiff(HostUser.SINGLE, directory, off, "build", "first.sif", "oci-archive:" + first).ends(0);
    assertThat(directory.resolve("cache/conversions")).doesNotExist();
  }

  @Test
  void aPullFetchesOnlyTheLayerThatIsNew() throws IOException {
    Path store = directoryOf(HostUser.ROOT);
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(store)) {
      String one = registry.push(first(), "one");
      type("pull", "--no-https", "first.sif", "docker://" + one).ends(0);
      Set<String> before = takeBlobs();
      assertThat(before).hasSizeGreaterThanOrEqualTo(3); // two layers, a configuration
      String two = registry.push(second(), "two");
      type("pull", "--no-https", "second.sif", "docker://" + two).ends(0);
      assertThat(takeBlobs()).isNotEmpty().doesNotContainAnyElementsOf(before);
      type("pull", "--no-https", "--no-reuse", "afresh.sif", "docker://" + two).ends(0);
      assertThat(takeBlobs()).containsAnyElementsOf(before);
      assertThat(told("second.sif")).isEqualTo(told("afresh.sif"));
    }
  }

  private void write(String definition) throws IOException {
    Files.writeString(directory.resolve("steps.def"), definition);
  }

  private static String steps() {
    return """
    Bootstrap: localimage
    From: %s

    %%post
        mkdir -p d/sub o; head -c 3000000 /dev/urandom > d/noise
        i=0; while [ $i -lt 50 ]; do echo $i > d/sub/$i; i=$((i+1)); done
        cp d/noise o/copy; ln d/noise o/hard; echo old > d/changed
        rm bin/dd
    # skiff: step second
        rm d/sub/7; echo new > d/changed; rm -r o; mkdir o; ln d/sub/8 o/eight; rm bin/tty

    %%environment
        export WHO=first
    """
        .formatted(BusyboxImage.sif());
  }

  @Test
  void whatStepsMadeOnAnImageFileIsNotCompressedAgain() throws IOException {
    write(steps());
    type("build", "first.sif", "steps.def").ends(0);
    Outcome same = type("build", "same.sif", "steps.def").ends(0);
    assertThat(same.err())
        .contains("the image is already in " + directory.resolve("first.sif"))
        .doesNotContain(" run in");
    assertThat(Files.mismatch(directory.resolve("first.sif"), directory.resolve("same.sif")))
        .isEqualTo(-1);
    write(steps().replace("WHO=first", "WHO=second"));
    Outcome other = type("build", "other.sif", "steps.def").ends(0);
    assertThat(other.err()).contains("3 of 4 layers are known from " + directory);
    Outcome afresh = type("build", "--no-reuse", "afresh.sif", "steps.def").ends(0);
    assertThat(afresh.err()).doesNotContain("known from", "already in");
    assertThat(told("other.sif"))
        .isEqualTo(told("afresh.sif"))
        .isEqualTo(told("first.sif"))
        .contains("d/noise", "o/eight")
        .doesNotContain("d/sub/7", "bin/dd", "bin/tty", "o/hard");
    assertThat(type("exec", "other.sif", "sh", "-c", "echo $WHO").ends(0).out())
        .isEqualTo("second\n");
  }

  @Test
  void anImageThatWasRemovedOrMovedIsStillOfUse() throws IOException {
    write(steps());
    type("build", "first.sif", "steps.def").ends(0);
    String told = told("first.sif");
    Files.delete(directory.resolve("first.sif"));
    Outcome again = type("build", "first.sif", "steps.def").ends(0);
    assertThat(again.err()).contains("the image is already in ").doesNotContain(" run in");
    assertThat(told("first.sif")).isEqualTo(told);
    Files.move(directory.resolve("first.sif"), directory.resolve("moved.sif"));
    write(steps().replace("WHO=first", "WHO=second"));
    Outcome other = type("build", "other.sif", "steps.def").ends(0);
    assertThat(other.err()).contains("3 of 4 layers are known from ");
    assertThat(told("other.sif")).isEqualTo(told);
    for (String image : List.of("moved.sif", "other.sif")) {
      Files.write(directory.resolve(image), new byte[] {1}, StandardOpenOption.APPEND);
    }
    Outcome afresh = type("build", "first.sif", "steps.def").ends(0);
    assertThat(afresh.err()).doesNotContain("known from", "already in");
    assertThat(told("first.sif")).isEqualTo(told);
  }

  /// Empties the cache of blobs and says what was in it.
  private Set<String> takeBlobs() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("cache/blobs"))) {
      List<Path> blobs = files.filter(Files::isRegularFile).toList();
      for (Path blob : blobs) {
        Files.delete(blob);
      }
      return blobs.stream()
          .map(blob -> blob.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
