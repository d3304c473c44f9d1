package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Files with several names that one step makes and a later one writes to.
final class LinkedFilesIT {

  private static final String DEFINITION =
      """
      Bootstrap: oci-archive
      From: ARCHIVE

      %%post
          # skiff: step make
          busybox mkdir -p deep/er kept gone
          echo one > a; busybox ln a deep/er/b; busybox ln a gone/c
          echo same > kept/x; busybox ln kept/x kept/y
          echo mine > p; busybox ln p q
          # skiff: step write
          echo two >> deep/er/b
          test "$(cat a)" = "$(cat deep/er/b)"
          busybox rm -r gone
          busybox chmod 751 opt/first
          echo other > new; busybox mv new q
          # skiff: step look
          test "$(cat a)" = "$(cat deep/er/b)"
          echo three >> a
          WORDS
      """;

  private static final String TELL =
      """
      cd /; for f in a deep/er/b opt/first opt/second kept/x kept/y p q; do
        echo "$f $(busybox stat -c '%a %h' $f) $(busybox md5sum <$f)"; done; ls
      """;

  private static String told(HostUser user, Path directory, String image) {
    return skiff(user, directory, "exec", "--pwd", "/", image, "sh", "-c", TELL).ends(0).out();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenByOneNameShowsByTheOthers(HostUser user) throws IOException {
    OciArchiveFixture fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT));
    fixture.busybox();
    fixture.layer("gzip -1", "+gzip", "mkdir opt; echo base >opt/first; ln opt/first opt/second");
    Path directory = directoryOf(user.orSkip());
    String text = DEFINITION.replace("ARCHIVE", fixture.archive("base.tar", "{}").toString());
    Files.writeString(directory.resolve("x.def"), text.replace("WORDS", "true"));
    skiff(user, directory, "build", "-o", "x.sif", "-o", "oci:x:1", "x.def").ends(0);
    String told = told(user, directory, "x.sif");
    assertThat(told)
        .containsPattern("(?m)^a 6.4 2 (\\w+) .*\\Rdeep/er/b 6.4 2 \\1 ")
        .containsPattern("(?m)^opt/first 751 2 (\\w+) .*\\Ropt/second 751 2 \\1 ")
        .containsPattern("(?m)^kept/x 6.4 2 (\\w+) .*\\Rkept/y 6.4 2 \\1 ")
        .containsPattern("(?m)^p 6.4 1 ")
        .containsPattern("(?m)^q 6.4 1 ")
        .doesNotContain("gone");
    Files.writeString(directory.resolve("x.def"), text.replace("WORDS", "echo once more"));
    String again = skiff(user, directory, "build", "y.sif", "x.def").ends(0).err();
    assertThat(again).contains("cached in", "once more");
    assertThat(told(user, directory, "y.sif")).isEqualTo(told);
    if (user == HostUser.ROOT) {
      assertThat(lastLayer(directory)).containsExactlyInAnyOrder("./a", "./deep/er/b");
    }
  }

  /// The files of the layer of the last part of %post: the next one is the metadata's.
  private static List<String> lastLayer(Path directory) {
    String list =
        """
        for layer in $(skopeo inspect oci:x:1 | sed -n '/"Layers"/,/]/s/.*sha256:\\([0-9a-f]*\\).*/\\1/p'); do
          tar tzf x/blobs/sha256/$layer | grep -qx '\\(./\\)\\?a' && last=$layer
        done
        tar tzf x/blobs/sha256/$last | grep -v '/$' | sed 's,^\\./,,; s,^,./,'
        """;
    return as(HostUser.ROOT, directory, Map.of(), "", List.of("sh", "-c", list))
        .ends(0)
        .out()
        .lines()
        .toList();
  }
}
