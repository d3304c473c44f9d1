package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// OCI-SIF files of SingularityCE 4 are looked into, and built from, as any other image.
@Timeout(300)
final class OciSifBuildIT {

  private static final String RUN =
      """
      {"Env":["PATH=/bin","V=1"],"Entrypoint":["printf","<%s>"],"Cmd":["none"],\
      "Labels":{"org.example.who":"somebody"}}\
      """;

  private static final String SAID =
      """
      ,"created":"2024-03-01T10:00:00Z","history":[{"created_by":"COPY busybox"},\
      {"created_by":"ENV V=1","empty_layer":true},{"created_by":"RUN one"},\
      {"created_by":"RUN two"}]\
      """;

  @BeforeEach
  void findMksquashfs() {
    HostUser.ROOT.orSkip();
    assumeTrue(
        Stream.of("/usr/bin", "/usr/local/bin")
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, "mksquashfs"))),
        "needs mksquashfs");
  }

  private static OciSifFixture fixture() {
    return new OciSifFixture(directoryOf(HostUser.ROOT));
  }

  /// `/opt` has `f`, `kept`, `d` and `o/above`.
  private static Path layered() {
    return fixture()
        .busybox()
        .layer(
            """
            mkdir -p opt/d opt/o .singularity.d scif/apps/tool/scif; echo 1 > opt/f
            echo 1 > opt/kept; ln opt/kept opt/again; echo 1 > opt/d/gone; echo 1 > opt/o/below
            echo Helps. > .singularity.d/runscript.help
            echo echo tool > scif/apps/tool/scif/runscript
            """)
        .layer(
            """
            mkdir -p opt/d opt/o; echo 22 > opt/f; mknod opt/d/gone c 0 0; echo 2 > opt/o/above
            setfattr -n trusted.overlay.opaque -v y opt/o
            """)
        .saying(SAID)
        .finish(RUN);
  }

  private static void holdsTheMergedFiles(HostUser user, Path directory, String image) {
    skiff(user, directory, "run", image, "a b").ends(0).prints("<a b>");
    String script =
        "echo $V; cat /opt/f /opt/kept; ls /opt/d /opt/o; test /opt/kept -ef /opt/again";
    skiff(user, directory, "exec", image, "sh", "-c", script)
        .ends(0)
        .prints("1\n22\n1\n/opt/d:\n\n/opt/o:\nabove\n");
  }

  @ParameterizedTest
  @EnumSource
  void itBecomesAnOrdinarySif(HostUser user) throws IOException {
    Path image = layered();
    Path directory = directoryOf(user.orSkip());
    skiff(user, directory, "build", "a.sif", image.toString())
        .ends(0)
        .complains("  check ")
        .complains("gzip:");
    holdsTheMergedFiles(user, directory, "a.sif");
    String labels = skiff(user, directory, "inspect", "a.sif").ends(0).out();
    assertThat(labels)
        .contains("org.example.who: somebody\n", "image.created: 2024-03-01T10:00:00Z\n");
    skiff(user, directory, "run-help", "a.sif").ends(0).prints("Helps.\n");
    assertThat(skiff(user, directory, "inspect", "--layers", "a.sif").ends(0).out())
        .contains("COPY busybox", "RUN one", "RUN two")
        .doesNotContain("definition");
    skiff(user, directory, "build", "b.sif", image.toString()).ends(0);
    assertThat(Files.mismatch(directory.resolve("a.sif"), directory.resolve("b.sif")))
        .isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void itBecomesASandbox(HostUser user) {
    Path image = layered();
    Path directory = directoryOf(user.orSkip());
    skiff(user, directory, "build", "--sandbox", "box", image.toString()).ends(0);
    holdsTheMergedFiles(user, directory, "box");
  }

  @ParameterizedTest
  @EnumSource
  void definitionsStartFromIt(HostUser user) throws IOException {
    Path image = layered();
    Path directory = directoryOf(user.orSkip());
    String header = "Bootstrap: localimage\nFrom: " + image + "\n";
    Files.writeString(directory.resolve("added"), "added\n");
    Files.writeString(directory.resolve("f.def"), header + "%files\n  added /opt/added\n");
    Files.writeString(directory.resolve("p.def"), header + "%post\n  cat /opt/f > /opt/added\n");
    skiff(user, directory, "build", "f.sif", "f.def").ends(0);
    skiff(user, directory, "build", "p.sif", "p.def").ends(0);
    holdsTheMergedFiles(user, directory, "f.sif");
    holdsTheMergedFiles(user, directory, "p.sif");
    skiff(user, directory, "exec", "f.sif", "cat", "/opt/added").ends(0).prints("added\n");
    skiff(user, directory, "exec", "p.sif", "cat", "/opt/added").ends(0).prints("22\n");
    for (String made : new String[] {"f.sif", "p.sif"}) {
      assertThat(skiff(user, directory, "inspect", "--layers", made).ends(0).out())
          .contains("RUN two", "what the definition changed");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RANGE", "SINGLE"})
  void itIsTheBaseOfImagesOfLayers(HostUser user) throws IOException {
    Path image = layered();
    Path directory = directoryOf(user.orSkip());
    String text = "Bootstrap: localimage\nFrom: " + image + "\n%post\n  cat /opt/f > /opt/g\n";
    Files.writeString(directory.resolve("p.def"), text);
    skiff(user, directory, "build", "p.sif", "-o", "oci:p:1", "-o", "box/", "p.def").ends(0);
    skiff(user, directory, "build", "back.sif", "oci:p:1").ends(0);
    for (String made : new String[] {"p.sif", "box", "back.sif"}) {
      holdsTheMergedFiles(user, directory, made);
      skiff(user, directory, "exec", made, "cat", "/opt/g").ends(0).prints("22\n");
    }
    assertThat(skiff(user, directory, "inspect", "back.sif").ends(0).out())
        .contains("org.example.who: somebody\n");
    skiff(user, directory, "build", "again.sif", "--build-cache-only", "p.def").ends(0);
  }

  @Test
  void itSaysOfItselfWhatItsConfigurationSays() {
    String image = layered().toString();
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    skiff(user, directory, "inspect", image).ends(0).prints("org.example.who: somebody\n");
    skiff(user, directory, "inspect", "-l", "--json", image)
        .ends(0)
        .printsAmongOthers("\"org.example.who\": \"somebody\"");
    skiff(user, directory, "inspect", "-r", image)
        .ends(0)
        .printsAmongOthers("set -- 'printf' '<%s>' \"$@\"");
    skiff(user, directory, "inspect", "-e", image)
        .ends(0)
        .printsAmongOthers("10-docker2singularity.sh ===")
        .printsAmongOthers("export PATH=\"/bin\"");
    skiff(user, directory, "inspect", "-H", image).ends(0).prints("Helps.\n");
    skiff(user, directory, "run-help", image).ends(0).prints("Helps.\n");
    skiff(user, directory, "inspect", "--list-apps", image).ends(0).prints("tool\n");
    skiff(user, directory, "inspect", "--app", "tool", "-r", image).ends(0).prints("echo tool\n");
    for (String nothing : new String[] {"-d", "-s", "-t"}) {
      skiff(user, directory, "inspect", nothing, image).ends(0).prints("");
    }
    skiff(user, directory, "inspect", "--all", image)
        .ends(0)
        .printsAmongOthers("\"runscript\": \"#!/bin/sh")
        .printsAmongOthers("\"helpfile\": \"Helps.\"");
  }

  @Test
  void itsLayersAreCounted() {
    Path image = layered();
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    String json =
        skiff(user, directory, "inspect", "--layers", "-j", image.toString()).ends(0).out();
    assertThat(json)
        .contains("\"createdBy\": \"RUN one\"", "\"reference\": \"o.sif\"")
        .containsSubsequence(
            "RUN one",
            "\"uncompressedBytes\": 5",
            "\"files\": 2",
            "\"visibleFiles\": 2",
            "\"visibleBytes\": 5",
            "RUN two");
    skiff(user, directory, "build", "--sandbox", "box", image.toString()).ends(0);
    assertThat(skiff(user, directory, "inspect", "--tree", image.toString()).ends(0).out())
        .contains("the biggest files\n", "/bin/busybox", "/opt/o/above")
        .doesNotContain("below", "gone");
  }

  @Test
  void anImageForAnotherMachineIsLookedIntoButNotBuiltFrom() {
    String image = fixture().busybox().forMachine("s390x").finish(RUN).toString();
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    skiff(user, directory, "inspect", image).ends(0).prints("org.example.who: somebody\n");
    skiff(user, directory, "build", "x.sif", image).ends(1).complains("only for linux/s390x");
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }

  @Test
  void aWritableOverlayIsNotPassedOverInSilence() {
    String overlay = "application/vnd.sylabs.image.layer.v1.ext3";
    String image = fixture().busybox().layer(overlay, "true").finish(RUN).toString();
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    for (String selector : new String[] {"-l", "--layers", "--tree"}) {
      skiff(user, directory, "inspect", selector, image)
          .ends(0)
          .complains("warning: the writable overlay in")
          .complains("singularity overlay seal");
    }
    isRefused(Path.of(image), "a writable overlay is part of it");
  }

  /// Neither a file nor a directory is left, whatever is made.
  private static void isRefused(Path image, String why) {
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    skiff(user, directory, "build", "x.sif", image.toString()).ends(1).complains(why);
    skiff(user, directory, "build", "--sandbox", "x", image.toString()).ends(1).complains(why);
    assertThat(execute("ls", "-A", directory.toString())).isEmpty();
  }

  @Test
  void aLayerThatIsNotWhatItsDigestSaysIsRefused() throws IOException {
    Path image = fixture().busybox().finish(RUN);
    byte[] bytes = Files.readAllBytes(image);
    bytes[32176 + 5000] ^= 1; // inside of a compressed block
    Files.write(image, bytes);
    isRefused(image, "digest: the layer has sha256:");
  }

  /// Object 1 is the layer, 2 the configuration, 3 the manifest.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aBlobThatIsMissingIsNamed(int id) {
    Path image = fixture().busybox().finish(RUN);
    skiff(HostUser.ROOT, Path.of("/"), "sif", "del", Integer.toString(id), image.toString())
        .ends(0);
    isRefused(image, "no blob has digest sha256:");
    HostUser user = HostUser.SINGLE;
    skiff(user, directoryOf(user), "inspect", image.toString())
        .ends(1)
        .complains("no blob has digest sha256:");
  }

  @Test
  void aConfigurationOfOtherLayersIsRefused() {
    Path image = fixture().busybox().withForeignConfiguration().finish(RUN);
    isRefused(image, "rootfs.diff_ids: the configuration names 2 layers, the manifest 1");
  }
}
