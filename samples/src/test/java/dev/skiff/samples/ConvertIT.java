package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One image in all forms: a registry's, layouts, archives, SIF, sandbox and SquashFS, there and
/// back, and what other tools think of it.
final class ConvertIT {

  private static final String DEFINITION =
      """
      Bootstrap: docker
      From: @IMAGE@

      %post
          echo made > /opt/made
      %environment
          export GREETING=hello
      %labels
          who me
      %runscript
          echo "$GREETING $#: $* $(cat /opt/made) $FROM_BASE"
      """;

  private static final String CONFIG =
      "{\"Env\":[\"PATH=/bin\",\"FROM_BASE=base\"],\"WorkingDir\":\"/opt\",\"User\":\"7\"}";

  private Path directory = Path.of("/");
  private Path shared = Path.of("/");

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.SINGLE.orSkip());
    shared = directoryOf(HostUser.ROOT);
  }

  private Outcome type(String... words) {
    return skiff(HostUser.SINGLE, directory, words);
  }

  private String base(LoopbackRegistry registry) {
    OciArchiveFixture fixture = new OciArchiveFixture(shared).busybox();
    return registry.push(fixture.layer("gzip", "+gzip", "mkdir opt").archive("B", CONFIG), "base");
  }

  private void define(String base) {
    try {
      Files.writeString(directory.resolve("app.def"), DEFINITION.replace("@IMAGE@", base));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String skopeo(String... words) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    List<String> command =
        Stream.concat(Stream.of("skopeo", "--insecure-policy", "inspect"), Stream.of(words))
            .toList();
    return execute(command.toArray(String[]::new));
  }

  @Test
  void aBuildSendsARegistryOnlyTheLayersItDoesNotHave() {
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(shared)) {
      String base = base(registry);
      define(base);
      String app = registry.host() + "/team/app:1";
      Outcome built =
          type("build", "--no-https", "app.sif", "-o", "docker://" + app, "app.def").ends(0);
      assertThat(built.err()).containsPattern("blobs sent, [0-9.]+ kB, 2 were there");
      String raw = skopeo("--tls-verify=false", "--raw", "docker://" + app);
      String below = skopeo("--tls-verify=false", "--raw", "docker://" + base);
      below
          .lines()
          .filter(line -> line.contains("+gzip"))
          .forEach(
              line -> assertThat(raw).contains(line.replaceAll(".*(sha256:[0-9a-f]{64}).*", "$1")));
      String config = skopeo("--tls-verify=false", "--config", "docker://" + app);
      assertThat(config)
          .contains("\"FROM_BASE=base\"", "\"GREETING=hello\"", "\"who\": \"me\"")
          .contains("\"WorkingDir\": \"/opt\"", "\"User\": \"7\"");
      type("pull", "--no-https", "back.sif", "docker://" + app).ends(0);
      Outcome ran = type("run", "app.sif", "a", "b").ends(0).prints("hello 2: a b made base\n");
      type("run", "back.sif", "a", "b").ends(0).prints(ran.out());
    }
  }

  @Test
  void whoMayNotPushIsToldBeforeTheWork() {
    try (LoopbackRegistry registry = LoopbackRegistry.startGuardedOrSkip(shared)) {
      String target = "docker://" + registry.host() + "/team/app:1";
      define("no.such.registry.invalid/base");
      Outcome refused =
          skiff(
              HostUser.SINGLE,
              directory,
              Map.of("SSL_CERT_FILE", shared.resolve("ca.pem").toString()),
              "build",
              "-o",
              target,
              "app.def");
      refused.ends(77);
      assertThat(refused.err()).contains("cannot push", "skiff registry login " + registry.host());
      assertThat(refused.err()).doesNotContain("[1/");
    }
  }

  @Test
  void layersAndDigestSurviveEveryFormThatHasThem() {
    Path archive =
        new OciArchiveFixture(shared)
            .busybox()
            .layer("gzip", "+gzip", "mkdir opt; echo made > opt/made")
            .archive("B", "{\"Env\":[\"PATH=/bin\"],\"Entrypoint\":[\"cat\",\"/opt/made\"]}");
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(shared)) {
      String name = "docker://" + registry.host() + "/team/app:1";
      String pushed =
          type("push", "--no-https", "oci-archive:" + archive, name).ends(0).out().strip();
      type("convert", "--no-https", name, "oci:layout:app").ends(0);
      type("convert", "oci:layout:app", "oci-archive:app.tar").ends(0);
      type("convert", "oci-archive:app.tar", "docker-archive:docker.tar:team/app:1").ends(0);
      type("convert", "docker-archive:docker.tar", "oci:again").ends(0);
      String digest = pushed.substring(pushed.indexOf('@') + 1);
      assertThat(skopeo("oci:" + directory.resolve("layout") + ":app")).contains(digest);
      assertThat(skopeo("oci-archive:" + directory.resolve("app.tar"))).contains(digest);
      String config = skopeo("--config", "--raw", "oci:" + directory.resolve("layout") + ":app");
      assertThat(skopeo("--config", "--raw", "docker-archive:" + directory.resolve("docker.tar")))
          .isEqualTo(config);
      assertThat(skopeo("--config", "--raw", "oci:" + directory.resolve("again")))
          .isEqualTo(config);
      for (String form :
          List.of("oci:layout:app", "oci-archive:app.tar", "docker-archive:docker.tar")) {
        type("convert", "-F", form, "app.sif").ends(0);
        type("run", "app.sif").ends(0).prints("made\n");
      }
      type("convert", "--no-https", name, "known.sif").ends(0);
      assertThat(type("push", "--no-https", "known.sif", name + "b").ends(0).out())
          .contains(digest);
    }
  }

  @Test
  void anImageFileBecomesOneLayerAndBack() {
    Path sif = BusyboxImage.sif();
    type("convert", sif.toString(), "oci:layout:app").ends(0);
    type("convert", sif.toString(), "oci:twice:app").ends(0);
    assertThat(skopeo("oci:" + directory.resolve("twice") + ":app"))
        .isEqualTo(skopeo("oci:" + directory.resolve("layout") + ":app"));
    assertThat(skopeo("--config", "oci:" + directory.resolve("layout") + ":app"))
        .contains("FOO=bar", "/run\"");
    type("convert", "oci:layout:app", "back.sif").ends(0);
    type("run", "back.sif", "a", "b").ends(0).prints("run 2 a b bar\n");
    type("convert", "back.sif", "box/").ends(0);
    type("run", "box", "a", "b").ends(0).prints("run 2 a b bar\n");
    type("convert", "box", "docker-archive:box.tar:me/box:1").ends(0);
    type("convert", "docker-archive:box.tar", "box.sif").ends(0);
    type("run", "box.sif", "c").ends(0).prints("run 1 c  bar\n");
    type("convert", sif.toString(), "root.squashfs").ends(0);
    type("run", "root.squashfs", "d").ends(0).prints("run 1 d  bar\n");
    type("convert", "oci:layout:app", "squashfs:other").ends(0);
    type("run", "other", "e").ends(0).prints("run 1 e  bar\n");
  }

  @Test
  void whatWasMadeOfAFileIsPushedAsTheLayersOfThatAndOneMore() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(shared)) {
      String base = base(registry);
      type("pull", "--no-https", "base.sif", "docker://" + base).ends(0);
      type("build", "copy.sif", "base.sif").ends(0);
      String below = skopeo("--tls-verify=false", "--raw", "docker://" + base);
      String target = "docker://" + registry.host() + "/team/";
      type("push", "--no-https", "copy.sif", target + "copy:1").ends(0);
      assertThat(skopeo("--tls-verify=false", "--raw", target + "copy:1")).isEqualTo(below);
      Files.writeString(directory.resolve("data"), "data\n");
      String header = "Bootstrap: localimage\nFrom: copy.sif\n";
      Files.writeString(directory.resolve("f.def"), header + "%files\n    data /opt/\n");
      String post = "%post\n    cp /bin/busybox /opt/more\n    rm /bin/ls\n";
      Files.writeString(directory.resolve("p.def"), header + post);
      for (String name : List.of("f", "p")) {
        type("build", name + ".sif", name + ".def").ends(0);
        Outcome pushed = type("push", "--no-https", name + ".sif", target + name + ":1").ends(0);
        assertThat(pushed.err()).contains("2 blobs sent", "2 were there");
        String raw = skopeo("--tls-verify=false", "--raw", target + name + ":1");
        assertThat(digests(raw)).containsAll(digests(below)).hasSize(digests(below).size() + 1);
        assertThat(skopeo("--tls-verify=false", "--config", target + name + ":1"))
            .contains("\"FROM_BASE=base\"", "\"WorkingDir\": \"/opt\"", "\"User\": \"7\"");
        type("pull", "--no-https", name + "-back.sif", target + name + ":1").ends(0);
        String look = "ls -l /bin /opt 2>&1; md5sum /bin/busybox /opt/*";
        Outcome made = type("exec", name + ".sif", "busybox", "sh", "-c", look).ends(0);
        type("exec", name + "-back.sif", "busybox", "sh", "-c", look).ends(0).prints(made.out());
      }
    }
  }

  private static List<String> digests(String manifest) {
    return Pattern.compile("tar\\+gzip[^}]*?(sha256:[0-9a-f]{64})")
        .matcher(manifest)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void anOverlayIsNotLeftOutInSilence() throws IOException {
    Files.copy(BusyboxImage.sif(), directory.resolve("own.sif"));
    execute("chown", HostUser.SINGLE.account(), directory.resolve("own.sif").toString());
    type("overlay", "create", "own.sif").ends(0);
    String told =
        "the writable overlay of '%s' is left out".formatted(directory.resolve("own.sif"));
    assertThat(type("convert", "own.sif", "oci:own:1").ends(0).err()).contains(told);
    assertThat(type("build", "made.sif", "own.sif").ends(0).err()).contains(told);
    assertThat(type("convert", "own.sif", "own.squashfs").ends(0).err()).contains(told);
    assertThat(type("convert", "made.sif", "made.squashfs").ends(0).err()).doesNotContain("left");
  }

  @Test
  void aSocketIsNotLeftOutInSilence() throws IOException {
    Files.createDirectories(directory.resolve("box/opt"));
    Files.copy(Path.of("/bin/busybox"), directory.resolve("box/busybox"));
    var address = UnixDomainSocketAddress.of(directory.resolve("box/opt/s"));
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
    }
    String told = "the socket '/opt/s' is left out";
    assertThat(type("convert", "box", "oci:layout:app").ends(0).err()).contains(told);
    String header = "Bootstrap: localimage\nFrom: box\n%help\n    no\n";
    Files.writeString(directory.resolve("box.def"), header);
    assertThat(type("build", "box.sif", "box.def").ends(0).err()).contains(told);
  }

  @Test
  void umociUnpacksWhatWasWritten() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/umoci")), "umoci is not installed");
    Path sif = BusyboxImage.sif();
    type("convert", sif.toString(), "oci:layout:app").ends(0);
    Path unpacked = shared.resolve("unpacked");
    execute(
        "umoci", "unpack", "--image", directory.resolve("layout") + ":app", unpacked.toString());
    assertThat(unpacked.resolve("rootfs/bin/busybox")).isExecutable();
    execute(
        "diff", "-r", "--no-dereference", "-q", "/bin/busybox", unpacked + "/rootfs/bin/busybox");
  }

  @Test
  void whatIsThereStaysUnlessItMayBeReplaced() throws IOException {
    Path sif = BusyboxImage.sif();
    Files.writeString(directory.resolve("mine.tar"), "mine");
    Outcome refused = type("convert", sif.toString(), "oci-archive:mine.tar").ends(1);
    assertThat(refused.err()).contains("'mine.tar' already exists", "--force");
    assertThat(type("convert", sif + "", "mine.tar").ends(1).err()).contains("already exists");
    assertThat(type("convert", sif + "", "squashfs:mine.tar").ends(1).err()).contains("exists");
    assertThat(directory.resolve("mine.tar")).hasContent("mine");
    Files.writeString(directory.resolve("text"), "no image");
    assertThat(type("convert", "text", "oci:new").ends(1).err()).contains("neither a SIF file");
    assertThat(type("convert", "oci-archive:mine.tar", "oci:new").ends(1).err()).contains("error:");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("mine.tar", "text");
    }
  }
}
