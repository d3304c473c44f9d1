package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Images out of a real Docker daemon and into it, and builds that it carries out.
final class DockerDaemonIT {

  private static final String APP =
      """
      Bootstrap: localimage
      From: @IMAGE@

      %post
          echo made > /opt/made
      %environment
          export GREETING=hello
      %runscript
          echo "$GREETING $#: $* $(cat /opt/made)"
      """;

  /// Everything that a layer can say.
  private static final String CHANGES =
      """
      Bootstrap: docker-daemon
      From: base:1

      %files
          app.def /opt/app.def
      %post
          rm /opt/old
          rm -r /opt/folder && mkdir /opt/folder && echo new > /opt/folder/new
          echo one > /opt/one && ln /opt/one /opt/two && ln -s one /opt/three
          cp /bin/busybox /opt/program && chown 12:34 /opt/program && chmod 4755 /opt/program
          mkdir -p /opt/a/b && chmod 1777 /opt/a && echo scratch > /tmp/gone
          echo 'export SAID=post' >> "$APPTAINER_ENVIRONMENT"
          # skiff: step second
          test ! -e /tmp/gone
          echo two > /opt/second
          umask > /opt/umask
      %test
          test -u /opt/program
          test "$(cat /opt/folder/new)" = new
      """;

  /// Lists what both should have.
  private static final String CONTENTS =
      """
      busybox find /bin /opt /.singularity.d ! -type d ! -path '/.singularity.d/libs/*' \
        | busybox sort | while read f; do
          busybox stat -c '%N %a %s' "$f"; test -h "$f" || busybox sha256sum "$f"
      done
      """;

  private static PrivateDockerd daemon;

  private Path directory = Path.of("/");

  @BeforeAll
  static void start() {
    daemon = PrivateDockerd.startOrSkip();
  }

  @AfterAll
  static void stop() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @BeforeEach
  void startInAnEmptyDirectory() throws IOException {
    directory = directoryOf(HostUser.SINGLE.orSkip());
    daemon.openTo(HostUser.SINGLE);
    Files.writeString(
        directory.resolve("app.def"), APP.replace("@IMAGE@", BusyboxImage.sif().toString()));
  }

  private Outcome type(String... words) {
    return skiff(HostUser.SINGLE, directory, daemon.environment(), words);
  }

  private static String run(String image, String... words) {
    List<String> command = new ArrayList<>(List.of("run", "--rm", "--network", "none", image));
    command.addAll(List.of(words));
    return daemon.docker(command.toArray(String[]::new));
  }

  @Test
  void whatWasBuiltRunsInDockerAsItsSifDoes() {
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(directoryOf(HostUser.ROOT))) {
      String pushed = registry.host() + "/team/app:1";
      type(
              "build",
              "--no-https",
              "app.sif",
              "-o",
              "docker://" + pushed,
              "-o",
              "docker-daemon:team/app:2",
              "-o",
              "docker-archive:app.tar:team/app:3",
              "app.def")
          .ends(0);
      String expected = type("run", "app.sif", "a", "b c").ends(0).out();
      assertThat(expected).isEqualTo("hello 2: a b c made\n");
      daemon.docker("pull", "-q", pushed);
      assertThat(run(pushed, "a", "b c")).isEqualTo(expected);
      assertThat(run("team/app:2", "a", "b c")).isEqualTo(expected);
      daemon.docker("load", "-q", "-i", directory.resolve("app.tar").toString());
      assertThat(run("team/app:3", "a", "b c")).isEqualTo(expected);
      type("convert", "app.sif", "docker-daemon:team/one").ends(0);
      assertThat(run("team/one:latest", "a", "b c")).isEqualTo(expected);
    }
  }

  /// A base whose layers a registry has, as a SIF file: as it came, or after a definition.
  private void base(String base, boolean changed) throws IOException {
    String header = "Bootstrap: docker\nFrom: " + base + "\n";
    String change =
        """
        %post
            rm /opt/old && echo changed > /opt/two
        %environment
            export SAID=scripts
        %runscript
            echo "own $SAID $FROM_BASE $*"
        """;
    Files.writeString(directory.resolve("base.def"), header + (changed ? change : ""));
    type("build", "--no-https", "base.sif", "base.def").ends(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBaseThatIsAFileComesAsTheLayersItWasMadeOf(boolean changed) throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(directoryOf(HostUser.ROOT))) {
      Path archive =
          new OciArchiveFixture(directoryOf(HostUser.ROOT))
              .busybox()
              .layer(
                  "gzip",
                  "+gzip",
                  "mkdir opt; echo two > opt/two; ln opt/two opt/same; echo old > opt/old")
              .archive(
                  "B",
                  """
                  {"Env":["PATH=/bin","FROM_BASE=base"],"WorkingDir":"/opt",
                   "Entrypoint":["echo","entry"],"Cmd":["default"]}
                  """);
      String base = registry.push(archive, "base");
      base(base, changed);
      Files.writeString(
          directory.resolve("file.def"),
          "Bootstrap: localimage\nFrom: base.sif\n%post\n  echo made > /opt/made\n");
      Outcome built =
          type(
                  "build",
                  "--no-https",
                  "file.sif",
                  "-o",
                  "docker-daemon:file/app:1",
                  "-o",
                  "docker://" + registry.host() + "/file/app:1",
                  "file.def")
              .ends(0);
      assertThat(built.err()).contains(", 2 were there").doesNotContain("as one layer");
      daemon.docker("pull", "-q", base);
      assertThat(inspected("file/app:1", ".RootFS.Layers"))
          .startsWith(inspected(base, ".RootFS.Layers").replace("]", ","));
      assertThat(inspected("file/app:1", ".Config.Env")).contains("FROM_BASE=base");
      assertThat(inspected("file/app:1", ".Config.WorkingDir")).isEqualTo("\"/opt\"");
      for (String words : List.of("", "a", "b c")) {
        String[] command = words.isEmpty() ? new String[0] : new String[] {words};
        List<String> skiff = new ArrayList<>(List.of("run", "file.sif"));
        skiff.addAll(List.of(command));
        String expected = type(skiff.toArray(String[]::new)).ends(0).out();
        assertThat(expected).startsWith(changed ? "own scripts base" : "entry ");
        assertThat(run("file/app:1", command)).isEqualTo(expected);
      }
      String expected = type("exec", "file.sif", "busybox", "sh", "-c", CONTENTS).ends(0).out();
      assertThat(expected).contains("/opt/made", "/.singularity.d/runscript");
      assertThat(
              daemon.docker(
                  "run",
                  "--rm",
                  "--network",
                  "none",
                  "--entrypoint",
                  "/bin/busybox",
                  "file/app:1",
                  "sh",
                  "-c",
                  CONTENTS))
          .isEqualTo(expected);
    }
  }

  private static String inspected(String image, String what) {
    return daemon.docker("image", "inspect", "--format", "{{json " + what + "}}", image).strip();
  }

  @Test
  void anImageOfTheDaemonIsPulledRunAndBuiltFrom() throws IOException {
    type("build", "-o", "docker-daemon:from/app:1", "app.def").ends(0);
    type("pull", "pulled.sif", "docker-daemon:from/app:1").ends(0);
    type("run", "pulled.sif", "x").ends(0).prints("hello 1: x made\n");
    type("exec", "docker-daemon://from/app:1", "cat", "/opt/made").ends(0).prints("made\n");
    type("convert", "docker-daemon:from/app:1", "oci:layout").ends(0);
    assertThat(directory.resolve("layout/index.json")).exists();
    Files.writeString(
        directory.resolve("more.def"),
        "Bootstrap: docker-daemon\nFrom: from/app:1\n%post\n  echo more >> /opt/made\n");
    type("build", "more.sif", "more.def").ends(0);
    type("exec", "more.sif", "cat", "/opt/made").ends(0).prints("made\nmore\n");
    String elsewhere = "unix:///nowhere/docker.sock";
    skiff(
            HostUser.SINGLE,
            directory,
            Map.of("DOCKER_HOST", elsewhere),
            "pull",
            "--docker-host",
            daemon.address(),
            "named.sif",
            "docker-daemon:from/app:1")
        .ends(0);
  }

  @ParameterizedTest
  @EnumSource(
      value = HostUser.class,
      names = {"ROOT", "RANGE"})
  void bothEnginesMakeTheSameImage(HostUser user) throws IOException {
    directory = directoryOf(user.orSkip());
    daemon.openTo(HostUser.SINGLE);
    Path base =
        new OciArchiveFixture(directoryOf(HostUser.ROOT))
            .busybox()
            .layer(
                "gzip",
                "+gzip",
                """
                for a in rm mkdir ln cp chown chmod touch; do mkdir -p bin; ln -s busybox bin/$a; done
                mkdir -p opt/folder; echo old > opt/old; echo old > opt/folder/old
                """)
            .archive("B", "{\"Env\":[\"PATH=/bin\"]}");
    skiff(
            user,
            directory,
            daemon.environment(),
            "convert",
            "oci-archive:" + base,
            "docker-daemon:base:1")
        .ends(0);
    Files.writeString(directory.resolve("app.def"), CHANGES);
    Outcome own = build(user, "own", "own");
    Outcome docker = build(user, "docker", "docker");
    assertThat(own.err()).contains("+ rm /opt/old");
    assertThat(docker.err()).contains("+ rm /opt/old", "load");
    assertThat(listing(user, "docker"))
        .isEqualTo(listing(user, "own"))
        .contains("-rwsr-xr-x 12 34");
    assertThat(daemon.docker("ps", "-aq")).isEmpty();
    assertThat(daemon.docker("images")).doesNotContain("skiff-build");
  }

  private Outcome build(HostUser user, String engine, String target) {
    return skiff(
            user,
            directory,
            daemon.environment(),
            "build",
            "--engine",
            engine,
            "--no-build-cache",
            "--sandbox",
            target,
            "app.def")
        .ends(0);
  }

  /// What stands in a sandbox, seen by whoever may look at all of it; without times, of which
  /// scripts write their own, and without the labels, which name one.
  private String listing(HostUser user, String sandbox) {
    String look =
        """
        cd %s && find . ! -name labels.json -printf '%%M %%U %%G %%l %%p\\n' | sort -k 5 &&
        find . -type f ! -name labels.json ! -name '*.sif' | sort | xargs sha256sum
        """
            .formatted(sandbox);
    List<String> inside =
        user == HostUser.ROOT
            ? List.of("sh", "-ec", look)
            : List.of("unshare", "--map-root-user", "--map-auto", "sh", "-ec", look);
    return as(user, directory, Map.of(), "", inside).ends(0).out();
  }

  @Test
  void aFailureInADaemonsContainerIsToldAsOurs() throws IOException {
    Files.writeString(
        directory.resolve("bad.def"),
        "Bootstrap: localimage\nFrom: " + BusyboxImage.sif() + "\n%post\n  false\n");
    type("build", "--engine", "docker", "bad.sif", "bad.def")
        .ends(1)
        .complains("while running %post section: exit status 1");
    assertThat(daemon.docker("ps", "-aq")).isEmpty();
    assertThat(directory.resolve("bad.sif")).doesNotExist();
  }

  @Test
  void aDockerfileIsABase() throws IOException {
    Path context = Files.createDirectory(directory.resolve("context"));
    execute("cp", "/bin/busybox", context.resolve("busybox").toString());
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM scratch AS base
        ARG WHO=nobody
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "--install", "-s", "/bin"]
        ENV FROM_DOCKERFILE=yes
        RUN echo $WHO > /who
        FROM base
        RUN echo last > /who
        """);
    Files.writeString(
        directory.resolve("d.def"),
        """
        Bootstrap: dockerfile
        From: context
        Target: base
        BuildArgs: WHO=me
        %post
            echo $FROM_DOCKERFILE >> /who
        """);
    Outcome built = type("build", "d.sif", "d.def").ends(0);
    assertThat(built.err()).contains("Step 1/");
    type("exec", "d.sif", "cat", "/who").ends(0).prints("me\nyes\n");
    Files.writeString(
        directory.resolve("e.def"), "Bootstrap: dockerfile\nFrom: context/Dockerfile\n");
    type("build", "e.sif", "e.def").ends(0);
    type("exec", "e.sif", "cat", "/who").ends(0).prints("last\n");
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY nothing /\n");
    type("build", "f.sif", "e.def").ends(1).complains("COPY failed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unix:///nowhere/docker.sock | 1 | there is no socket",
        "ssh://host | 1 | speaks no ssh",
        "nonsense | 1 | is no address",
        "tcp://127.0.0.1:9 | 75 | does not answer",
      })
  void aDaemonThatIsNotThereIsToldOf(String host, int status, String why) {
    skiff(HostUser.SINGLE, directory, Map.of("DOCKER_HOST", host), "pull", "docker-daemon:a:1")
        .ends(status)
        .complains(why);
    skiff(
            HostUser.SINGLE,
            directory,
            Map.of("DOCKER_HOST", host),
            "build",
            "-o",
            "docker-daemon:a:1",
            "app.def")
        .ends(status)
        .complains(why);
  }

  @Test
  void whoMayNotUseTheSocketIsTold() {
    daemon.openTo(HostUser.ROOT);
    type("pull", "docker-daemon:a:1").ends(77).complains("you may not use its socket");
    daemon.openTo(HostUser.SINGLE);
    type("pull", "docker-daemon:none/such:1").ends(1).complains("has none of that name");
  }
}
