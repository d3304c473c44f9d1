package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Steps that become layers, and are taken from the cache: as every kind of user, on an OCI base
/// and on a SIF.
final class StepCacheIT {

  private static final String BASE =
      """
      mkdir -p d/sub e; echo 1 > d/1; echo 2 > d/2; echo 3 > d/sub/3; ln d/1 e/hard; chown -R 7:8 d/sub
      """;
  private static final String POST =
      """
      %files
          data.txt /opt/data.txt

      %post
          echo ran-post
          for a in rm mkdir ln chown chmod; do busybox ln -s busybox bin/$a; done
          rm d/1
          rm -r d/sub && mkdir d/sub && echo new > d/sub/4
          echo one > opt/one && ln opt/one opt/two && ln -s one opt/link
          chown 5:6 opt/one && chmod 4755 opt/one
          echo 'export BUILT=yes' >> $APPTAINER_ENVIRONMENT
          echo 'fromPost label' >> $APPTAINER_LABELS

      %environment
          export WHO=first

      %runscript
          echo "run $WHO $BUILT $*"
      """;

  /// Names, kinds, permissions, links and contents of what the build touched.
  private static final String TELL =
      """
      cd /; for f in $(busybox find d e opt | busybox sort); do
        busybox stat -c '%n %F %a %h %N' "$f"; done
      busybox find d e opt -type f -exec busybox md5sum {} + | busybox sort
      """;

  private static Outcome type(HostUser user, Path directory, String... words) {
    return skiff(user, directory, words);
  }

  private static void write(Path directory, String name, String text) {
    try {
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path archive() {
    OciArchiveFixture fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT));
    fixture.busybox();
    fixture.layer("gzip -1", "+gzip", BASE);
    return fixture.archive("base.tar", "{\"Env\":[\"BASE=1\"],\"WorkingDir\":\"/opt\"}");
  }

  private static Path started(HostUser user) {
    Path directory = directoryOf(user.orSkip());
    write(directory, "data.txt", "data");
    return directory;
  }

  private static String onArchive(Path archive) {
    return "Bootstrap: oci-archive\nFrom: " + archive + "\n" + POST;
  }

  @ParameterizedTest
  @EnumSource
  void theSecondBuildRunsNothingAndGivesTheSameBytes(HostUser user) throws IOException {
    Path directory = started(user);
    write(directory, "x.def", onArchive(archive()));
    Outcome first = type(user, directory, "build", "x.sif", "x.def").ends(0);
    assertThat(first.err()).contains("ran-post", "run in").doesNotContain("cached in");
    Outcome second = type(user, directory, "build", "y.sif", "x.def").ends(0);
    assertThat(second.err()).contains("cached in").doesNotContain("ran-post", " run in");
    assertThat(Files.mismatch(directory.resolve("x.sif"), directory.resolve("y.sif")))
        .isEqualTo(-1);
    assertThat(type(user, directory, "run", "y.sif", "a").ends(0).out())
        .isEqualTo("run first yes a\n");
    assertThat(type(user, directory, "inspect", "y.sif").ends(0).out()).contains("fromPost: label");
    assertThat(told(user, directory, "y.sif"))
        .contains("opt/two", "4755")
        .doesNotContain("d/1", "d/sub/3");
  }

  private static String told(HostUser user, Path directory, String image) {
    return type(user, directory, "exec", "--pwd", "/", image, "sh", "-c", TELL).ends(0).out();
  }

  @ParameterizedTest
  @EnumSource
  void metadataAloneRunsNothingAgain(HostUser user) {
    Path directory = started(user);
    String text = onArchive(archive());
    write(directory, "x.def", text);
    type(user, directory, "build", "x.sif", "x.def").ends(0);
    write(directory, "x.def", text.replace("WHO=first", "WHO=second").replace("run $", "go $"));
    Outcome second = type(user, directory, "build", "--explain", "-F", "y.sif", "x.def").ends(0);
    assertThat(second.err())
        .contains("not cached: the definition changed", "known from")
        .doesNotContain("ran-post", "unpack");
    assertThat(type(user, directory, "run", "y.sif").ends(0).out()).isEqualTo("go second yes \n");
    assertThat(told(user, directory, "y.sif")).isEqualTo(told(user, directory, "x.sif"));
    type(user, directory, "build", "--no-build-cache", "--no-reuse", "z.sif", "x.def").ends(0);
    assertThat(told(user, directory, "z.sif")).isEqualTo(told(user, directory, "y.sif"));
  }

  @Test
  void replacingTheTargetRunsNothingAgainUnlessALabelHangsOnIt() {
    HostUser user = HostUser.SINGLE;
    Path directory = started(user);
    String text = onArchive(archive()) + "\n%labels\n    Who me\n";
    write(directory, "x.def", text);
    type(user, directory, "build", "x.sif", "x.def").ends(0);
    String again =
        type(user, directory, "build", "-F", "--build-cache-only", "x.sif", "x.def").ends(0).err();
    assertThat(again).contains("cached in").doesNotContain(" run in");
    write(directory, "x.def", text + "    fromPost definition\n");
    type(user, directory, "build", "-F", "x.sif", "x.def").ends(0);
    assertThat(type(user, directory, "inspect", "x.sif").ends(0).out()).contains("fromPost: label");
    type(user, directory, "build", "kept.sif", "x.def").ends(0);
    assertThat(type(user, directory, "inspect", "kept.sif").ends(0).out())
        .contains("fromPost: definition");
  }

  @ParameterizedTest
  @EnumSource
  void aSifAsBaseKeepsItsFilesAndTheStepsTheirs(HostUser user) {
    Path directory = started(user);
    type(user, directory, "build", "base.sif", "oci-archive:" + archive()).ends(0);
    String text = "Bootstrap: localimage\nFrom: base.sif\n" + POST;
    write(directory, "x.def", text);
    type(user, directory, "build", "x.sif", "x.def").ends(0);
    write(directory, "x.def", text.replace("WHO=first", "WHO=second"));
    Outcome second = type(user, directory, "build", "y.sif", "x.def").ends(0);
    assertThat(second.err()).contains("cached in").doesNotContain("ran-post");
    assertThat(told(user, directory, "y.sif"))
        .isEqualTo(told(user, directory, "x.sif"))
        .contains("opt/two", "opt/data.txt");
    type(user, directory, "build", "-s", "box", "x.def").ends(0);
    assertThat(told(user, directory, "box")).isEqualTo(told(user, directory, "x.sif"));
  }

  @Test
  void partsOfPostRunAloneAndAMissIsExplained() {
    Path directory = started(HostUser.SINGLE);
    String text =
        "Bootstrap: oci-archive\nFrom: %s\n".formatted(archive())
            + "%post\n# skiff: step one\necho is-one; cd /etc; A=1\n"
            + "# skiff: step two\necho is-two $PWD ${A:-unset}\n";
    write(directory, "x.def", text);
    type(HostUser.SINGLE, directory, "build", "x.sif", "x.def").ends(0);
    write(directory, "x.def", text.replace("is-two", "is-second"));
    Outcome second =
        type(HostUser.SINGLE, directory, "build", "--explain", "-F", "x.sif", "x.def").ends(0);
    assertThat(second.err())
        .contains("not cached: the script changed", "is-second / unset")
        .doesNotContain("is-one");
    write(directory, "x.def", text.replace("is-one", "is-first"));
    Outcome only =
        type(HostUser.SINGLE, directory, "build", "--build-cache-only", "-F", "x.sif", "x.def")
            .ends(1);
    assertThat(only.err())
        .contains("cannot take the step 'run %post, step 'one'' from the cache", "script changed");
    Outcome all =
        type(HostUser.SINGLE, directory, "build", "--no-build-cache", "-F", "x.sif", "x.def")
            .ends(0);
    assertThat(all.err()).contains("is-first", "is-two").doesNotContain("cached in");
  }

  @Test
  void aSetupThatDoesTheSameLeavesWhatFollowsCached() throws InterruptedException {
    Path directory = started(HostUser.SINGLE);
    String text =
        "Bootstrap: oci-archive\nFrom: %s\n".formatted(archive())
            + "%setup\ncp data.txt $SKIFF_ROOTFS/opt-data\n%post\necho ran-post; cat opt-data\n";
    write(directory, "x.def", text);
    type(HostUser.SINGLE, directory, "build", "x.sif", "x.def").ends(0);
    Thread.sleep(1100); // another time stands on the copy
    Outcome second =
        type(HostUser.SINGLE, directory, "build", "--explain", "-F", "x.sif", "x.def").ends(0);
    assertThat(second.err()).contains("so it always runs").doesNotContain("ran-post");
    write(directory, "data.txt", "other");
    Outcome third = type(HostUser.SINGLE, directory, "build", "-F", "x.sif", "x.def").ends(0);
    assertThat(third.err()).contains("ran-post", "other");
  }

  @Test
  void stagesAndTestsAreCachedToo() {
    Path directory = started(HostUser.RANGE);
    String text =
        """
        Bootstrap: oci-archive
        From: %s
        Stage: make
        %%post
            echo ran-make; busybox mkdir -p out; echo made > out/file; busybox ln -s file out/link

        Bootstrap: oci-archive
        From: %s
        %%files from make
            /out /opt/out
        %%post
            echo ran-last; cat opt/out/link
        %%test
            echo ran-test; test -L /opt/out/link
        """;
    String archive = archive().toString();
    write(directory, "x.def", text.formatted(archive, archive));
    Outcome first = type(HostUser.RANGE, directory, "build", "-F", "x.sif", "x.def").ends(0);
    assertThat(first.err()).contains("ran-make", "ran-last", "ran-test");
    Outcome second = type(HostUser.RANGE, directory, "build", "-F", "x.sif", "x.def").ends(0);
    assertThat(second.err()).doesNotContain("ran-make", "ran-last", "ran-test");
    write(directory, "x.def", text.formatted(archive, archive) + "%environment\n  export A=1\n");
    Outcome metadata = type(HostUser.RANGE, directory, "build", "-F", "x.sif", "x.def").ends(0);
    assertThat(metadata.err()).contains("ran-test").doesNotContain("ran-make", "ran-last");
    write(directory, "x.def", text.formatted(archive, archive).replace("ran-last", "ran-end"));
    Outcome third = type(HostUser.RANGE, directory, "build", "-F", "x.sif", "x.def").ends(0);
    assertThat(third.err()).contains("ran-end", "made", "ran-test").doesNotContain("ran-make");
  }

  @Test
  void anOciImageRunsAsTheSifDoesAndOthersReadIt() throws IOException {
    Path directory = started(HostUser.RANGE);
    write(directory, "x.def", onArchive(archive()));
    String[] words = {
      "build",
      "-F",
      "-o",
      "x.sif",
      "-o",
      "oci:layout:v1",
      "-o",
      "oci-archive:x.tar:v1",
      "-o",
      "docker-archive:d.tar:me/x:1",
      "x.def"
    };
    type(HostUser.RANGE, directory, words).ends(0);
    byte[] archive = Files.readAllBytes(directory.resolve("x.tar"));
    byte[] docker = Files.readAllBytes(directory.resolve("d.tar"));
    for (String image : List.of("oci:layout:v1", "oci-archive:x.tar:v1", "docker-archive:d.tar")) {
      String sif = image.replaceAll("[^a-z]", "") + ".sif";
      type(HostUser.RANGE, directory, "build", sif, image).ends(0);
      assertThat(type(HostUser.RANGE, directory, "run", sif, "a").ends(0).out())
          .isEqualTo("run first yes a\n");
      assertThat(told(HostUser.RANGE, directory, sif))
          .isEqualTo(told(HostUser.RANGE, directory, "x.sif"));
    }
    type(HostUser.RANGE, directory, words).ends(0);
    assertThat(Files.readAllBytes(directory.resolve("x.tar"))).isEqualTo(archive);
    assertThat(Files.readAllBytes(directory.resolve("d.tar"))).isEqualTo(docker);
  }

  private static Outcome tool(Path directory, String... words) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin", words[0])), words[0] + " is not installed");
    return as(HostUser.ROOT, directory, Map.of(), "", List.of(words));
  }

  @Test
  void skopeoAndUmociAgreeWithWhatWasWritten() {
    Path directory = started(HostUser.ROOT);
    Path base = archive();
    write(directory, "x.def", onArchive(base));
    type(HostUser.ROOT, directory, "build", "-o", "oci:layout:v1", "x.def").ends(0);
    String before =
        tool(directory, "skopeo", "inspect", "--raw", "oci-archive:" + base).ends(0).out();
    String manifest = tool(directory, "skopeo", "inspect", "--raw", "oci:layout:v1").ends(0).out();
    for (String part : before.substring(before.indexOf("\"layers\"")).split("\"", -1)) {
      if (part.startsWith("sha256:")) {
        assertThat(manifest).contains(part); // layers of the base keep their digests
      }
    }
    String config = tool(directory, "skopeo", "inspect", "--config", "oci:layout:v1").ends(0).out();
    assertThat(config)
        .contains("\"BASE=1\"", "\"WHO=first\"", "/.skiff.d/", "skiff: run %post")
        .contains("\"WorkingDir\": \"/opt\"", "\"fromPost\": \"label\"");
    tool(directory, "skopeo", "copy", "oci:layout:v1", "oci:copied:v1").ends(0);
    tool(directory, "umoci", "unpack", "--image", "layout:v1", "bundle").ends(0);
    Path root = directory.resolve("bundle/rootfs");
    assertThat(root.resolve("d/1")).doesNotExist();
    assertThat(root.resolve("d/sub/3")).doesNotExist();
    assertThat(root.resolve("d/sub/4")).hasContent("new");
    Outcome owners = tool(directory, "stat", "-c", "%u %g %a %h", root.resolve("opt/one") + "");
    assertThat(owners.ends(0).out()).isEqualTo("5 6 4755 2\n");
  }

  @Test
  void anImageMadeOfOneThatWeMadeStartsItsRunscript() {
    Path directory = started(HostUser.SINGLE);
    write(directory, "x.def", onArchive(archive()));
    type(HostUser.SINGLE, directory, "build", "-o", "oci:first:v1", "x.def").ends(0);
    write(directory, "y.def", "Bootstrap: oci\nFrom: first:v1\n%environment\n  export NEW=1\n");
    type(HostUser.SINGLE, directory, "build", "-o", "oci:second:v1", "y.def").ends(0);
    type(HostUser.SINGLE, directory, "build", "z.sif", "oci:second:v1").ends(0);
    type(HostUser.SINGLE, directory, "run", "z.sif", "so").ends(0).prints("run first yes so\n");
  }

  @Test
  void buildsAtOnceShareOneCache() throws Exception {
    Path directory = started(HostUser.SINGLE);
    write(directory, "x.def", onArchive(archive()));
    List<Future<Outcome>> builds = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (int i = 0; i < 3; i++) {
        String target = "x%d.sif".formatted(i);
        builds.add(
            threads.submit(() -> type(HostUser.SINGLE, directory, "build", target, "x.def")));
      }
    }
    for (Future<Outcome> build : builds) {
      build.get().ends(0);
    }
    assertThat(type(HostUser.SINGLE, directory, "build", "y.sif", "x.def").ends(0).err())
        .doesNotContain("ran-post");
    assertThat(told(HostUser.SINGLE, directory, "x0.sif"))
        .isEqualTo(told(HostUser.SINGLE, directory, "x2.sif"));
  }

  @Test
  void whereTheKernelRefusesOverlaysStepsAreCachedAndBecomeLayersToo() {
    Path directory = started(HostUser.ROOT);
    write(directory, "x.def", onArchive(archive()));
    String script =
        "mkdir l u w m; mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w m || exit 99; "
            + "SKIFF_TMPDIR=$PWD/m exec \"$0\" build \"$1\" x.def";
    for (String target : List.of("x.sif", "oci:x")) {
      Outcome build =
          as(
              HostUser.ROOT,
              directory,
              Map.of(),
              "",
              List.of(
                  "unshare",
                  "-m",
                  "sh",
                  "-c",
                  "rm -rf l u w m; " + script,
                  InstalledSkiff.command().toString(),
                  target));
      assumeTrue(build.status() != 99, "no overlay can be mounted here: " + build.err());
      assertThat(build.ends(0).err()).contains("found by comparing all files", "was refused");
      boolean first = target.equals("x.sif");
      assertThat(build.err().contains("ran-post")).as(target).isEqualTo(first);
    }
    assertThat(told(HostUser.ROOT, directory, "x.sif")).contains("opt/two").doesNotContain("d/1 ");
    assertThat(directory.resolve("x/index.json")).exists();
  }

  @Test
  void aVariableTurnsTheCacheOff() {
    Path directory = started(HostUser.SINGLE);
    write(directory, "x.def", onArchive(archive()));
    Path cache = directory.resolve("cache");
    Map<String, String> off = Map.of("SKIFF_DISABLE_CACHE", "1", "SKIFF_CACHEDIR", cache + "");
    for (int i = 0; i < 2; i++) {
      Outcome build = skiff(HostUser.SINGLE, directory, off, "build", "-F", "x.sif", "x.def");
      assertThat(build.ends(0).err()).contains("ran-post");
    }
    assertThat(cache.resolve("steps/keys")).doesNotExist();
    assertThat(cache.resolve("steps/blobs")).doesNotExist();
  }
}
