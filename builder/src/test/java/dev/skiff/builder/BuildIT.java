package dev.skiff.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.builder.root.TreeRemoval;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real builds by real users: root, one with a range of ids, and one with a single id.
final class BuildIT {

  /// Who builds.
  enum User {
    ROOT(""),
    RANGE("skiffsub --map-root-user --map-auto"),
    SINGLE("skiffnosub -r");

    private final String words;

    /// The user's name, and how a user namespace is entered; nothing for root itself.
    User(String words) {
      this.words = words;
    }

    private List<String> command() {
      List<String> command = new ArrayList<>();
      if (!words.isEmpty()) {
        List<String> parts = List.of(words.split(" ", -1));
        String name = parts.getFirst();
        command.addAll(List.of("setpriv", "--reuid=" + name, "--regid=" + name, "--init-groups"));
        command.addAll(List.of("env", "HOME=/home/" + name, "unshare"));
        command.addAll(parts.subList(1, parts.size()));
        command.add("--");
      }
      return command;
    }

    private void orSkip() throws IOException {
      assumeTrue(
          Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
          "only root can become other users");
      if (!words.isEmpty()) {
        assumeTrue(
            Files.readString(Path.of("/etc/passwd")).contains("\n" + words.split(" ", -1)[0] + ":"),
            "there is no user " + words.split(" ", -1)[0]);
      }
    }
  }

  private record Outcome(int status, String output) {}

  /// Other users cannot read the local repository of root.
  private static Path classes = Path.of("/");

  @TempDir private Path directory = Path.of("/");

  @BeforeAll
  static void copyClassPath() throws IOException {
    classes = Files.createTempDirectory("skiff-classes");
    Files.setAttribute(classes, "unix:mode", 0755);
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      copyTree(Path.of(entry), classes.resolve(number++ + "-" + Path.of(entry).getFileName()));
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        Files.setAttribute(copy, "unix:mode", Files.isDirectory(file) ? 0755 : 0644);
      }
    }
  }

  @AfterAll
  static void removeClassPath() throws IOException {
    TreeRemoval.remove(classes);
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".skiff-") || name.startsWith("skiff-build-"));
    }
  }

  private Process start(User user, String... words) throws IOException {
    List<String> command = new ArrayList<>(user.command());
    List<String> path = new ArrayList<>();
    try (Stream<Path> entries = Files.list(classes)) {
      entries.forEach(entry -> path.add(entry.toString()));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(String.join(File.pathSeparator, path));
    command.add(BuildMain.class.getName());
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("SKIFF_TMPDIR", directory.toString());
    builder.environment().put("SKIFF_CACHEDIR", directory.resolve("cache").toString());
    return builder.start();
  }

  private Outcome build(User user, String... words) throws IOException, InterruptedException {
    Process process = start(user, words);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  private void write(String name, String text) throws IOException {
    Files.setAttribute(directory, "unix:mode", 01777);
    Files.writeString(directory.resolve(name), text);
  }

  private static final String BUSYBOX =
      """
      Bootstrap: scratch
      %setup
        mkdir -p $APPTAINER_ROOTFS/bin
        cp "$(command -v busybox)" $APPTAINER_ROOTFS/bin/busybox
        for a in sh cat chown ls mkdir rm sleep touch; do
          ln -s busybox $APPTAINER_ROOTFS/bin/$a
        done
      """;

  private void busyboxOrSkip() {
    assumeTrue(
        Stream.of("/bin/busybox", "/usr/bin/busybox").anyMatch(path -> new File(path).exists()),
        "there is no busybox");
  }

  @ParameterizedTest
  @EnumSource(User.class)
  void aSandboxIsBuiltUpdatedAndTested(User user) throws Exception {
    user.orSkip();
    busyboxOrSkip();
    write(
        "x.def",
        BUSYBOX
            + """
            %post
              echo made > /made
              chown 5:6 /made
              rm -rf /tmp/* /var/tmp/*
            %test
              cat /made
              if touch /nope; then exit 4; fi
            """);
    assertThat(build(user, "--sandbox", "box", "x.def"))
        .satisfies(it -> assertThat(it.output()).contains("Read-only file system"))
        .extracting(Outcome::status)
        .isEqualTo(0);
    assertThat(directory.resolve("box/made")).hasContent("made");
    write("y.def", "Bootstrap: localimage\nFrom: nothing\n%post\n  cat /made > /again\n");
    assertThat(build(user, "--sandbox", "--update", "box", "y.def").status()).isZero();
    assertThat(directory.resolve("box/again")).hasContent("made");
    assertThat(directory.resolve("box/.singularity.d/bootstrap_history/Apptainer0")).exists();
    assertThat(build(user, "--force", "box.sif", "box").status()).isZero();
  }

  @ParameterizedTest
  @EnumSource(User.class)
  void packagesThatChangeOwnersAndAddUsersInstall(User user) throws Exception {
    user.orSkip();
    assumeTrue(
        Stream.of("/usr/bin/mmdebstrap", "/usr/sbin/debootstrap")
            .anyMatch(path -> new File(path).exists()),
        "there is neither mmdebstrap nor debootstrap");
    write(
        "x.def",
        """
        Bootstrap: debootstrap
        OSVersion: bookworm
        %post
          apt-get update
          apt-get install -y --no-install-recommends cron openssh-client
          getent group crontab
          install -o games -g crontab -m 2750 -d /var/lib/owned
        %test
          test -d /var/lib/owned
          test ! -e /etc/apt/apt.conf.d/99mmdebstrap
          test ! -e /.build.apt.conf
        """);
    Outcome outcome = build(user, "x.sif", "x.def");
    assertThat(outcome.output()).contains("crontab:");
    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(directory.resolve("x.sif")).isExecutable();
  }

  @Test
  void aFailingPostNamesItselfAndLeavesNothing() throws Exception {
    User.SINGLE.orSkip();
    busyboxOrSkip();
    write("x.def", BUSYBOX + "%post\n  echo before\n  exit 7\n");
    Outcome outcome = build(User.SINGLE, "x.sif", "x.def");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("while running %post section: exit status 7", "exit 7", "x.def:8:1");
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }

  @Test
  void aBuildThatIsStoppedLeavesNothing() throws Exception {
    User.RANGE.orSkip();
    busyboxOrSkip();
    write("x.def", BUSYBOX + "%post\n  echo waiting\n  sleep 60\n");
    Process process = start(User.RANGE, "x.sif", "x.def");
    StringBuilder output = new StringBuilder();
    while (!output.toString().contains("  | waiting")) {
      int c = process.getInputStream().read();
      assertThat(c).as(output.toString()).isNotNegative();
      output.append((char) c);
    }
    process.destroy();
    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(Files.exists(directory.resolve("x.sif"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void oneEpochGivesOneFile() throws Exception {
    User.ROOT.orSkip();
    busyboxOrSkip();
    write("x.def", BUSYBOX + "%post\n  echo 1 > /one\n");
    for (String target : List.of("a.sif", "b.sif")) {
      List<String> command = List.of(target, "x.def");
      Process process = startAtEpoch(command);
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    }
    assertThat(Files.mismatch(directory.resolve("a.sif"), directory.resolve("b.sif")))
        .isEqualTo(-1);
  }

  private Process startAtEpoch(List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of("env", "SOURCE_DATE_EPOCH=1"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(BuildMain.class.getName());
    command.addAll(words);
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }
}
