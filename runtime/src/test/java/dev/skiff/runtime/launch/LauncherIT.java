package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.runtime.launch.TestDistribution.Outcome;
import dev.skiff.runtime.setup.WaitingServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The launcher with a real kernel, as root and as ordinary users.
class LauncherIT {

  private static TestDistribution skiff;

  @BeforeAll
  static void install() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "needs /dev/fuse");
    assumeTrue(WaitingServer.program() != null, "needs squashfuse_ll");
    skiff = TestDistribution.make();
  }

  @AfterAll
  static void remove() throws IOException {
    if (skiff != null) {
      skiff.delete();
    }
  }

  private static void assumeUser(String user) throws IOException, InterruptedException {
    int known = new ProcessBuilder("id", user).start().waitFor();
    assumeTrue(known == 0, "there is no user '" + user + "'");
    boolean able =
        user.equals(System.getProperty("user.name")) || IdMapping.current() == IdMapping.ROOT;
    assumeTrue(able, "needs root to become '" + user + "'");
  }

  private static Outcome exec(String user, String... words)
      throws IOException, InterruptedException {
    assumeUser(user);
    List<String> command = new ArrayList<>(List.of(skiff.launcher().toString(), "exec"));
    command.addAll(List.of(words));
    return skiff.run(user, command.toArray(new String[0]));
  }

  private static Outcome sh(String user, String script) throws IOException, InterruptedException {
    return exec(user, skiff.image().toString(), "sh", "-c", script);
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "skiffsub", "skiffnosub"})
  void thePayloadHasTheCallersIds(String user) throws Exception {
    Outcome inside = sh(user, "id -u; id -g");
    Outcome outside = skiff.run(user, "sh", "-c", "id -u; id -g");
    assertThat(inside).isEqualTo(outside);
  }

  @ParameterizedTest
  @ValueSource(strings = {"skiffsub", "skiffnosub"})
  void thePayloadShowsNoTraceOfJavaAndHasNoPrivileges(String user) throws Exception {
    String status = sh(user, "cat /proc/self/status").output();
    String ignored = skiff.run(user, "grep", "^SigIgn", "/proc/self/status").output();
    assertThat(status)
        .contains("Threads:\t1\n")
        .contains("CapPrm:\t0000000000000000\n")
        .contains("CapEff:\t0000000000000000\n")
        .contains("NoNewPrivs:\t1\n")
        .contains("SigBlk:\t0000000000000000\n")
        .contains(ignored) // a JVM's children ignore signals 32 and 33
        .contains("SigCgt:\t0000000000000000\n");
  }

  @ParameterizedTest
  @CsvSource({"root,", "skiffsub,", "skiffsub,-C"})
  void thePayloadHasItsOwnDescriptorsOnly(String user, String option) throws Exception {
    List<String> words = new ArrayList<>();
    if (option != null) {
      words.add(option);
    }
    words.addAll(List.of(skiff.image().toString(), "ls", "/proc/self/fd"));
    Outcome outcome = exec(user, words.toArray(new String[0]));
    assertThat(outcome.output()).isEqualTo("0\n1\n2\n3\n"); // 3 is the folder that ls reads
  }

  @ParameterizedTest
  @CsvSource({
    "true,0",
    "exit 42,42",
    "kill -TERM $$,143",
    "kill -KILL $$,137",
    "exec nosuch,127",
    "exec /etc/passwd,126"
  })
  void theExitStatusIsThePayloadsOwn(String script, int status) throws Exception {
    assertThat(sh("skiffsub", script).status()).isEqualTo(status);
    assertThat(exec("skiffsub", "-C", skiff.image().toString(), "sh", "-c", script).status())
        .isEqualTo(status);
  }

  @Test
  void aCommandThatIsNotThereEndsWith127AndOneThatCannotBeExecutedWith126() throws Exception {
    assertThat(exec("skiffsub", skiff.image().toString(), "nosuch").status()).isEqualTo(127);
    assertThat(exec("skiffsub", skiff.image().toString(), "/etc/passwd").status()).isEqualTo(126);
  }

  @ParameterizedTest
  @CsvSource({"root,", "skiffsub,", "skiffsub,-C"})
  void aSignalToTheLauncherReachesThePayload(String user, String option) throws Exception {
    Process process =
        start(user, option, "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done");
    process.destroy();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(7);
    assertThat(skiff.leftoversAfterTwoSeconds()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"root,", "skiffsub,", "skiffsub,-C", "root,-C"})
  void killingTheLauncherLeavesNoProcess(String user, String option) throws Exception {
    Process process = start(user, option, "echo ready; while :; do sleep 0.05; done");
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(skiff.leftoversAfterTwoSeconds()).isEmpty();
  }

  @Test
  void thePidNamespaceTakesItsBackgroundProcessesWithIt() throws Exception {
    Outcome outcome =
        exec("skiffsub", "-C", skiff.image().toString(), "sh", "-c", "sleep 1000 & echo $$");
    assertThat(Integer.parseInt(outcome.output().strip())).isLessThan(100);
    assertThat(skiff.leftoversAfterTwoSeconds()).isEmpty();
    try (var processes = ProcessHandle.allProcesses()) {
      assertThat(
              processes.filter(
                  p -> p.info().arguments().map(a -> List.of(a).contains("1000")).orElse(false)))
          .isEmpty();
    }
  }

  private static Process start(String user, String option, String script) throws Exception {
    assumeUser(user);
    List<String> words = new ArrayList<>(List.of(skiff.launcher().toString(), "exec"));
    if (option != null) {
      words.add(option);
    }
    words.addAll(List.of(skiff.image().toString(), "sh", "-c", script));
    Process process =
        new ProcessBuilder(TestDistribution.as(user, words))
            .directory(skiff.top().toFile())
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(output.readLine()).isEqualTo("ready");
    return process;
  }

  @ParameterizedTest
  @CsvSource({"''", "-C"})
  void standardInputIsThePayloads(String option) throws Exception {
    assumeUser("skiffsub");
    String script =
        "echo in | '" + skiff.launcher() + "' exec " + option + " '" + skiff.image() + "' cat";
    assertThat(skiff.run("skiffsub", "sh", "-c", script).output()).isEqualTo("in\n");
  }

  @Test
  void argumentsAndEnvironmentArriveByteForByte() throws Exception {
    assumeUser("skiffsub");
    String script =
        "LC_ALL=xx JAVA_TOOL_OPTIONS=-Dx ODD=\"$(printf 'a\\nb\\377')\" && export LC_ALL JAVA_TOOL_OPTIONS ODD && exec '"
            + skiff.launcher()
            + "' exec '"
            + skiff.image()
            + "' sh -c 'echo $#; printf %s \"$1$ODD\"; env' x \"$(printf '\\376 \\n*')\" ''";
    Outcome outcome = skiff.run("skiffsub", "sh", "-c", script);
    Outcome expected = skiff.run("skiffsub", "sh", "-c", "printf '2\\n\\376 \\n*a\\nb\\377'");
    assertThat(outcome.output()).startsWith(expected.output());
    assertThat(outcome.output().lines()).contains("LC_ALL=xx", "JAVA_TOOL_OPTIONS=-Dx");
    List<String> ours = skiff.run("skiffsub", "env").output().lines().toList();
    assertThat(outcome.output().lines().filter(line -> line.startsWith("SKIFF_")))
        .as("variables of the launcher's own")
        .isSubsetOf(ours);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-C"})
  void theCallersDescriptorsReachThePayload(String option) throws Exception {
    assumeUser("skiffsub");
    String script =
        "exec 3</etc/hostname 9</etc/hostname && exec '"
            + skiff.launcher()
            + "' exec "
            + option
            + " '"
            + skiff.image()
            + "' ls /proc/self/fd";
    assertThat(skiff.run("skiffsub", "sh", "-c", script).output()).isEqualTo("0\n1\n2\n3\n4\n9\n");
  }

  @Test
  void theRootIsReadOnly() throws Exception {
    Outcome outcome = sh("skiffsub", "touch /new || touch /etc/group || touch /bin/x");
    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.error()).contains("Read-only file system");
  }

  @Test
  void thePayloadMayNestUserNamespaces() throws Exception {
    Outcome outcome =
        sh("skiffsub", "busybox=/bin/busybox; $busybox unshare -r /bin/busybox id -u");
    assumeTrue(!outcome.error().contains("applet not found"), "this busybox has no unshare");
    assertThat(outcome.output()).isEqualTo("0\n");
  }

  @Test
  void theLauncherWorksThroughASymbolicLinkFromAnywhere() throws Exception {
    assumeUser("skiffsub");
    Path links = Files.createDirectories(skiff.top().resolve("links"));
    Files.createSymbolicLink(links.resolve("one"), Path.of("../bin/skiff"));
    Files.createSymbolicLink(links.resolve("two"), Path.of("one"));
    Outcome outcome =
        skiff.run("skiffsub", "sh", "-c", "cd links && ./two exec ../image.sif echo here");
    assertThat(outcome.output()).isEqualTo("here\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash", "busybox sh"})
  void theLauncherRunsUnderEveryShell(String shell) throws Exception {
    assumeUser("skiffsub");
    assumeTrue(
        new ProcessBuilder("which", shell.split(" ", 2)[0]).start().waitFor() == 0, "no " + shell);
    Outcome outcome =
        skiff.run("skiffsub", "sh", "-c", shell + " bin/skiff exec image.sif echo here");
    assertThat(outcome).isEqualTo(new Outcome(0, "here\n", ""));
  }

  @Test
  void whatIsNoJavaIsNamed() throws Exception {
    Outcome outcome =
        skiff.run(
            System.getProperty("user.name"), "env", "SKIFF_JAVA=/usr", "bin/skiff", "exec", "x");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.error())
        .isEqualTo(
            """
            error: cannot start skiff
              why: SKIFF_JAVA is '/usr', which is no Java 25 or newer
              fix: set SKIFF_JAVA to the folder of a JDK 25, or unset it
            """);
  }

  @Test
  void anImageThatIsNoImageIsAProblemAndEndsWith125() throws Exception {
    Path broken = skiff.top().resolve("broken.sif");
    byte[] bytes = Files.readAllBytes(skiff.image());
    java.util.Arrays.fill(bytes, 36864 + 8, bytes.length, (byte) 0x5A);
    Files.write(broken, bytes);
    Outcome outcome = exec("skiffsub", broken.toString(), "true");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.error()).startsWith("error: cannot start the container\n");
    assertThat(skiff.leftoversAfterTwoSeconds()).isEmpty();
  }
}
