package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/// Every source that an image can start from without a network, by both kinds of ordinary user:
/// converted, unpacked to a sandbox, and with a %post on top.
@Timeout(600)
final class BaseSourcesIT {

  private static final String MARK = "/etc/mark";

  /// What a base is called in a URI and in a header, and how it comes to be.
  enum Source {
    OCI("oci", "layout:tagged"),
    OCI_ARCHIVE("oci-archive", "O.tar"),
    OCI_ARCHIVE_TAGGED("oci-archive", "O.tar:tagged"),
    DOCKER_ARCHIVE("docker-archive", "D.tar"),
    DOCKER_ARCHIVE_COMPRESSED("docker-archive", "D.tar.gz"),
    SIF("localimage", "L.sif"),
    SANDBOX("localimage", "L.box"),
    SQUASHFS("localimage", "L.squashfs");

    private final String agent;
    private final String name;

    Source(String agent, String name) {
      this.agent = agent;
      this.name = name;
    }
  }

  static Stream<Arguments> sources() {
    return Stream.of(HostUser.RANGE, HostUser.SINGLE)
        .flatMap(user -> Stream.of(Source.values()).map(source -> Arguments.of(user, source)));
  }

  /// All of the bases, made once, where every user can read them.
  private static final class Bases {

    private static final Path DIRECTORY = make();

    private static Path make() {
      Path directory = directoryOf(HostUser.ROOT);
      new OciArchiveFixture(directory)
          .busybox()
          .layer(
              "gzip -1",
              "+gzip",
              "mkdir -p etc opt; echo marked > etc/mark; chown 5:6 etc/mark; ln etc/mark etc/twin")
          .archive("U.tar", "{\"Cmd\":[\"cat\",\"" + MARK + "\"]}");
      shell(directory, "mv layout untagged; rm U.tar");
      shell(
          directory,
          "sed 's/\"digest\"/\"annotations\":{\"org.opencontainers.image.ref.name\":\"tagged\"},&/' "
              + "untagged/index.json > index && mv index untagged/index.json && mv untagged layout");
      shell(directory, "tar -C layout -cf O.tar .");
      skiff(HostUser.ROOT, directory, "build", "L.sif", "oci-archive:O.tar").ends(0);
      skiff(HostUser.ROOT, directory, "build", "--sandbox", "L.box", "oci-archive:O.tar").ends(0);
      if (Files.isExecutable(Path.of("/usr/bin/skopeo"))) {
        shell(
            directory,
            "skopeo --insecure-policy copy -q oci:layout:tagged docker-archive:D.tar:d:tagged");
        shell(directory, "gzip -1 -k D.tar");
      }
      if (Files.isExecutable(Path.of("/usr/bin/mksquashfs"))) {
        shell(directory, "mksquashfs L.box L.squashfs -quiet -no-progress");
      }
      execute("chmod", "-R", "a+rX", directory.toString());
      return directory;
    }

    private static void shell(Path directory, String script) {
      execute("sh", "-ec", "cd " + directory + " && " + script);
    }
  }

  @ParameterizedTest
  @MethodSource("sources")
  void everySourceIsConvertedUnpackedAndBuiltUpon(HostUser user, Source source) throws IOException {
    Path directory = directoryOf(user.orSkip());
    Path base = Bases.DIRECTORY.resolve(source.name);
    Path file = Bases.DIRECTORY.resolve(source.name.split(":", 2)[0]);
    assumeTrue(Files.exists(file), "skopeo or mksquashfs is not installed: no " + file);
    String spec = source.agent + ":" + base;
    skiff(user, directory, "build", "x.sif", spec).ends(0);
    skiff(user, directory, "run", "x.sif").ends(0).prints("marked\n");
    skiff(user, directory, "build", "--sandbox", "box", spec).ends(0);
    skiff(user, directory, "run", "box").ends(0).prints("marked\n");
    Files.writeString(
        directory.resolve("x.def"),
        "Bootstrap: %s\nFrom: %s\n\n%%post\n  cat %s > /opt/copy\n  chown 7:8 /opt/copy\n"
            .formatted(source.agent, base, MARK));
    skiff(user, directory, "build", "p.sif", "x.def").ends(0);
    skiff(user, directory, "exec", "p.sif", "cat", "/opt/copy", "/etc/twin")
        .ends(0)
        .prints("marked\nmarked\n");
    skiff(user, directory, "build", "--sandbox", "pbox", "x.def").ends(0);
    skiff(user, directory, "run", "pbox").ends(0).prints("marked\n");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "ROOT")
  void busyboxIsFetchedAndItsAppletsAreLinked(HostUser user) throws IOException {
    Path directory = directoryOf(user.orSkip());
    Path program =
        Stream.of("/usr/bin/busybox", "/bin/busybox")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(directory);
    assumeTrue(Files.isRegularFile(program), "busybox-static is not installed");
    byte[] busybox = Files.readAllBytes(program);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/busybox",
        exchange -> {
          exchange.sendResponseHeaders(200, busybox.length);
          exchange.getResponseBody().write(busybox);
          exchange.close();
        });
    server.start();
    try {
      String mirror = "http://127.0.0.1:" + server.getAddress().getPort();
      String definition = "Bootstrap: busybox\nMirrorURL: %s/%s\n\n%%post\n  echo b > /opt-file\n";
      Files.writeString(directory.resolve("x.def"), definition.formatted(mirror, "busybox"));
      skiff(user, directory, "build", "x.sif", "x.def").ends(0);
      skiff(user, directory, "exec", "x.sif", "sh", "-c", "cat /opt-file | tr b c")
          .ends(0)
          .prints("c\n");
      skiff(user, directory, "build", "--sandbox", "box", "x.def").ends(0);
      skiff(user, directory, "exec", "box", "cat", "/opt-file").ends(0).prints("b\n");
      Files.writeString(directory.resolve("x.def"), definition.formatted(mirror, "nothing"));
      skiff(user, directory, "build", "y.sif", "x.def").ends(1).complains("status 404");
    } finally {
      server.stop(0);
    }
    skiff(user, directory, "build", "y.sif", "x.def").ends(1).complains("cannot download");
    assertThat(directory.resolve("y.sif")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(names = "RANGE")
  void anImageThatTheArchiveDoesNotHoldIsNamed(HostUser user) {
    Path directory = directoryOf(user.orSkip());
    for (String spec : List.of("oci:%s/layout:nope", "oci-archive:%s/O.tar:nope")) {
      skiff(user, directory, "build", "x.sif", spec.formatted(Bases.DIRECTORY))
          .ends(1)
          .complains("nope")
          .complains("tagged");
    }
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }
}
