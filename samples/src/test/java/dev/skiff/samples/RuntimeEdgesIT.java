package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where machines differ, and where names and signals are odd.
final class RuntimeEdgesIT {

  private static final HostUser USER = HostUser.SINGLE;
  private static final String HOST_NAME = "/proc/sys/kernel/hostname";

  private Path directory = Path.of("/");
  private String image = "";

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(USER.orSkip());
    image = BusyboxImage.sif().toString();
  }

  private Outcome type(String... words) {
    return skiff(USER, directory, words);
  }

  /// A shell script as root, with `$skiff`, `$image` and `$user`, which runs a command as `USER`.
  private Outcome asRoot(String script) {
    List<String> ids = USER.ids();
    Map<String, String> variables =
        Map.of(
            "skiff",
            InstalledSkiff.command().toString(),
            "image",
            image,
            "TMPDIR",
            directory.toString(),
            "user",
            "setpriv --reuid " + ids.get(0) + " --regid " + ids.get(1) + " --init-groups");
    return as(HostUser.ROOT, directory, variables, "", List.of("sh", "-c", script));
  }

  /// As `asRoot`, all of it as `USER`.
  private Outcome script(String script) {
    return asRoot("exec $user sh -c '" + script.replace("'", "'\\''") + "'");
  }

  private Outcome options(String options, String... command) {
    List<String> words = new ArrayList<>(List.of("exec"));
    words.addAll(List.of(options.split(" ", -1)));
    words.add(image);
    words.addAll(List.of(command));
    return type(words.toArray(new String[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--hostname box", "--hostname=box", "--uts --hostname box"})
  void aHostNameIsTheContainersOwn(String options) {
    options(options, "cat", HOST_NAME).ends(0).prints("box\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SKIFF_", "APPTAINER_", "SINGULARITY_"})
  void theEnvironmentAsksForNamespacesToo(String prefix) throws IOException {
    String host = Files.readString(Path.of(HOST_NAME));
    Map<String, String> named = Map.of(prefix + "HOSTNAME", "box");
    skiff(USER, directory, named, "exec", image, "cat", HOST_NAME).ends(0).prints("box\n");
    assertThat(Files.readString(Path.of(HOST_NAME))).isEqualTo(host);
    Map<String, String> numbered = Map.of(prefix + "PID", "1");
    skiff(USER, directory, numbered, "exec", image, "sh", "-c", "[ $$ -lt 10 ]").ends(0);
    skiff(USER, directory, numbered, "exec", "--no-pid", image, "sh", "-c", "[ $$ -ge 10 ]")
        .ends(0);
    skiff(USER, directory, numbered, "exec", "--pid=false", image, "sh", "-c", "[ $$ -ge 10 ]")
        .ends(0);
    Map<String, String> cut = Map.of(prefix + "NETWORK", "none");
    assertThat(interfaces(skiff(USER, directory, cut, "exec", image, "cat", "/proc/net/dev")))
        .containsExactly("lo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--writable-tmpfs"})
  void aMountPointIsMadeInADirectoryOfNobody(String option) {
    asRoot(
            "$skiff -q build --sandbox tree $image && mkdir -p tree/home/there && "
                + "chown -R 65534:65534 tree/home && chmod 755 tree tree/home && mkdir -m 755 data && "
                + "echo shown >data/file")
        .ends(0);
    String run =
        "$skiff exec " + option + " -B data:/home/a/b tree ls -d /home/there /home/a/b/file";
    for (int time = 0; time < 2; time++) { // the second one without Java
      assertThat(script(run).ends(0).prints("/home/a/b/file\n/home/there\n").err()).isEmpty();
    }
  }

  @Test
  void nothingElseIsWrittenBesideSuchAMountPoint() {
    asRoot(
            "$skiff -q build --sandbox tree $image && mkdir -p tree/home && "
                + "chown 65534:65534 tree/home && chmod 755 tree tree/home && mkdir -m 755 data")
        .ends(0);
    script("$skiff exec -B data:/home/a tree sh -c '! touch /home/x 2>/dev/null'").ends(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--network none", "--network=none", "--net", "-n", "--net=true"})
  void aNetworkOfItsOwnHasTheLoopbackDeviceOnly(String options) {
    assertThat(interfaces(options(options, "cat", "/proc/net/dev"))).containsExactly("lo");
  }

  private static List<String> interfaces(Outcome outcome) {
    return outcome
        .ends(0)
        .out()
        .lines()
        .filter(line -> line.contains(":"))
        .map(line -> line.substring(0, line.indexOf(':')).strip())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "--uts,uts",
    "--ipc,ipc",
    "-i,ipc",
    "--pid,pid",
    "-p,pid",
    "--pid=1,pid",
    "-C,pid",
    "--containall=T,ipc"
  })
  void aNamespaceThatIsAskedForIsAnother(String options, String kind) throws IOException {
    String file = "/proc/self/ns/" + kind;
    String host = Files.readSymbolicLink(Path.of(file)).toString();
    assertThat(options(options, "readlink", file).ends(0).out()).isNotEqualTo(host + "\n");
    type("exec", image, "readlink", file).ends(0).prints(host + "\n");
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void fakerootIsRootInsideAndTheCallerOutside(HostUser user) throws IOException {
    Path own = directoryOf(user.orSkip());
    skiff(
            user,
            own,
            "exec",
            "--fakeroot",
            "-B",
            own + ":/mnt",
            image,
            "sh",
            "-c",
            "id -u; id -g; whoami; echo $HOME; echo text > /mnt/made")
        .ends(0)
        .prints("0\n0\nroot\n/root\n");
    assertThat(Files.getAttribute(own.resolve("made"), "unix:uid")).hasToString(user.ids().get(0));
    skiff(user, own, Map.of("APPTAINER_FAKEROOT", "true"), "exec", image, "id", "-u")
        .ends(0)
        .prints("0\n");
  }

  private static final String PROCESSES =
      "for f in /proc/[0-9]*/cmdline; do tr '\\\\0' ' ' <$f; echo; done 2>/dev/null;"
          + " cat /sys/block/loop*/loop/backing_file 2>/dev/null; true";

  @Test
  void rootMountsByTheKernel() {
    assumeTrue(Files.exists(Path.of("/dev/loop-control")), "there are no loop devices");
    List<String> lines = served(asRoot("exec $skiff exec $image sh -c \"" + dollars() + "\""));
    assertThat(lines).containsExactly(image);
  }

  @Test
  void rootFallsBackToFuseWithoutLoopDevices() {
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "there is no /dev/fuse");
    List<String> lines =
        served(
            asRoot(
                "exec unshare -m sh -c 'mount --bind /dev/null /dev/loop-control"
                    + " && exec $skiff exec $image sh -c \"$0\"' \""
                    + dollars()
                    + "\""));
    assertThat(lines).singleElement().asString().contains("squashfuse_ll ");
  }

  private static String dollars() {
    return PROCESSES.replace("$", "\\$");
  }

  /// The servers and the loop devices of our image.
  private List<String> served(Outcome outcome) {
    return outcome
        .ends(0)
        .out()
        .lines()
        .filter(line -> line.equals(image) || (line.contains("squashfuse") && line.contains(image)))
        .toList();
  }

  @Test
  void withoutFuseAnImageIsUnpackedOnce() {
    String start =
        "touch forbidden; chmod 0 forbidden; exec unshare -m sh -c '"
            + "mount --bind forbidden /dev/fuse && exec $user \"$skiff\" exec $OPTION $image"
            + " sh -c \"id -u; cat /etc/passwd | head -1\"'";
    String root = "root:x:0:0:root:/root:/bin/sh\n";
    String ids = USER.ids().get(0) + "\n" + root;
    asRoot(start).ends(0).prints(ids);
    String unpacked = "ls -di --time-style=full-iso skiff-unpacked-*/*[0-9] skiff-unpacked-*/*/bin";
    String first = asRoot(unpacked).ends(0).out();
    assertThat(first.lines()).hasSize(2);
    asRoot("OPTION=-p; export OPTION; " + start).ends(0).prints(ids);
    asRoot("OPTION=--fakeroot; export OPTION; " + start).ends(0).prints("0\n" + root);
    asRoot(unpacked).ends(0).prints(first);
  }

  /// A user namespace whose own limit of user namespaces is 0 forbids them as a host's would.
  private Outcome forbidden(String words) {
    return script(
        "exec unshare -r sh -c 'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv"
            + " --bounding-set -all --inh-caps -all --no-new-privs $skiff "
            + words
            + "'");
  }

  @Test
  void withoutUserNamespacesTheSwitchIsNamed() {
    forbidden("exec $image true")
        .ends(125)
        .prints("")
        .complains(
            """
            error: cannot start the container
              why: forbidden: /proc/sys/user/max_user_namespaces is 0
              fix: ask an administrator to run: echo user.max_user_namespaces=15000 > /etc/sysctl.d/90-user-namespaces.conf && sysctl --system
            """);
    forbidden("exec --nonsense $image true").ends(2).complains("--nonsense");
    forbidden("doctor").ends(1).printsAmongOthers("/proc/sys/user/max_user_namespaces is 0");
  }

  @Test
  void namesMayHoldBlanksAndQuotes() {
    String odd = "a b'c\"d$e`é";
    script("mkdir 'a b'\\''c\"d$e`é'; cd a*; cp $image 'i m'\\''g.sif'").ends(0);
    Path place = directory.resolve(odd);
    skiff(USER, place, "exec", "i m'g.sif", "pwd").ends(0).prints(place + "\n");
    type("exec", place.resolve("i m'g.sif").toString(), "echo", "it").ends(0).prints("it\n");
    type("exec", "-B", place + ":/mnt", image, "ls", "/mnt").ends(0).prints("i m'g.sif\n");
  }

  @Test
  void namesThatAreNoUtf8AreSaidToBe() {
    String make = "d=$(printf \"n\\377\"); mkdir -p $d; cp $image $d/i.sif; ";
    script(make + "exec $skiff exec $d/i.sif true").ends(125).complains("no UTF-8");
    script(make + "cd $d; exec $skiff exec i.sif true").ends(125).complains("no UTF-8");
    script(make + "exec $skiff exec -B $d:/mnt $image true").ends(125).complains("no UTF-8");
    script(make + "ln -s $d/i.sif l.sif; exec $skiff exec l.sif echo it").ends(0).prints("it\n");
    script(make + "cd $d; exec $skiff exec $image echo it").ends(0).prints("it\n");
  }

  @Test
  void anImageMayLieInAReadOnlyPlace() {
    asRoot(
            "mkdir ro; cp $image ro/i.sif; exec unshare -m sh -c '"
                + "mount --bind ro ro && mount -o remount,bind,ro ro"
                + " && exec $user $skiff exec ro/i.sif echo it'")
        .ends(0)
        .prints("it\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-p"})
  void argumentsAndVariablesArriveByteForByte(String option) {
    script(
            "exec $skiff exec "
                + option
                + " $image printf \"%s|\" \"$(printf \"a\\nb\\377 c\")\" \"\" \"*\" \"d'\\\"\\\\\"")
        .ends(0)
        .prints("a\nb\uFFFD c||*|d'\"\\|"); // the replacement is this test's reading
    script(
            "V=$(printf \"one\\ntwo \\$x'\\\"\\\\\\\\\"); export V; exec $skiff exec "
                + option
                + " $image sh -c 'printf \"%s\" \"$V\"'")
        .ends(0)
        .prints("one\ntwo $x'\"\\");
    script(
            "set --; while [ $# -lt 2000 ]; do set -- \"$@\" "
                + "x".repeat(100)
                + "; done; exec $skiff exec "
                + option
                + " $image sh -c 'echo $#' sh \"$@\"")
        .ends(0)
        .prints("2000\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-p", "-C"})
  void aTimeoutEndsThePayloadAndLeavesNothing(String option) throws Exception {
    long start = System.nanoTime();
    Outcome outcome =
        script("exec timeout -s TERM 1 $skiff exec " + option + " $image sleep 98.7").ends(124);
    assertThat(outcome.err()).isEmpty();
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
    nothingIsLeft("98.7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-p"})
  void aKilledContainerLeavesNothing(String option) throws Exception {
    script(
            "$skiff exec "
                + option
                + " $image sleep 98.6 & p=$!; sleep 1.5; kill -9 $p; wait $p 2>/dev/null")
        .ends(137);
    nothingIsLeft("98.6");
  }

  /// No `sleep` of so many seconds, no server of our image and no mount of one.
  private void nothingIsLeft(String seconds) throws IOException, InterruptedException {
    List<String> left = left(seconds);
    for (int i = 0; i < 30 && !left.isEmpty(); i++) {
      Thread.sleep(100);
      left = left(seconds);
    }
    assertThat(left).isEmpty();
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain("squashfuse");
  }

  private List<String> left(String seconds) throws IOException {
    List<String> left = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String line = commandLine(process);
        if (line.endsWith("sleep " + seconds + " ")
            || (line.contains("squashfuse") && line.contains(image))) {
          left.add(line);
        }
      }
    }
    return left;
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException ended) {
      return "";
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-p"})
  void ctrlCEndsThePipeline(String option) throws Exception {
    script(
            "(for i in $(seq 300); do [ -e up ] && break; sleep 0.1; done; printf \"\\003\"; sleep 0.5)"
                + " | script -qec \"$skiff exec "
                + option
                + " $image sh -c ': >up; exec sleep 98.5' | cat\" /dev/null")
        .ends(130);
    nothingIsLeft("98.5");
  }
}
