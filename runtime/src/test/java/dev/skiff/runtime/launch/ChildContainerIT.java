package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.runtime.launch.TestDistribution.Outcome;
import dev.skiff.runtime.setup.WaitingServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Build steps with a real kernel, with every kind of id mapping.
class ChildContainerIT {

  private static TestDistribution skiff;

  @BeforeAll
  static void install() throws Exception {
    assumeTrue(IdMapping.current() == IdMapping.ROOT, "needs root, to become other users");
    assumeTrue(WaitingServer.program() != null, "needs squashfuse_ll");
    assumeTrue(new ProcessBuilder("id", "skiffsub").start().waitFor() == 0, "no user 'skiffsub'");
    skiff = TestDistribution.make();
  }

  @AfterAll
  static void remove() throws IOException {
    if (skiff != null) {
      skiff.delete();
    }
  }

  private static List<String> command(String mapping, String filter, String script) {
    List<String> words = new ArrayList<>();
    switch (mapping) {
      case "RANGE" -> words.addAll(List.of("unshare", "--map-root-user", "--map-auto"));
      case "SINGLE" -> words.addAll(List.of("unshare", "-r"));
      default -> {}
    }
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", skiff.jarFile().toString()));
    words.addAll(List.of(HardMadeStep.class.getName(), skiff.image().toString()));
    words.addAll(List.of(filter, script));
    return TestDistribution.as(mapping.equals("ROOT") ? "root" : "skiffsub", words);
  }

  private static Outcome run(String mapping, String filter, String script)
      throws IOException, InterruptedException {
    return TestDistribution.run(
        new ProcessBuilder(command(mapping, filter, script)).directory(skiff.top().toFile()));
  }

  @ParameterizedTest
  @CsvSource({"ROOT,NONE", "RANGE,NONE", "SINGLE,EMULATE_ROOT"})
  void aStepMayChangeOwners(String mapping, String filter) throws Exception {
    Outcome outcome =
        run(mapping, filter, "touch /x && /bin/busybox chown 5:6 /x && echo changed; exit 42");
    assertThat(outcome.output())
        .contains("mapping " + mapping + "\n", "> changed\n", "status 42\n");
    assertThat(skiff.leftoversAfterTwoSeconds()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"RANGE,EMULATE_DEVICES", "SINGLE,EMULATE_ROOT"})
  void aDeviceIsMadeInNameOnly(String mapping, String filter) throws Exception {
    String script =
        "/bin/busybox mknod /x c 1 3 && /bin/busybox chown 5:6 /; [ -e /x ] || echo none";
    assertThat(run(mapping, filter, script).output()).contains("> none\n", "status 0\n");
  }

  @Test
  void withOneIdAndNoFilterAStepMayNot() throws Exception {
    assertThat(run("SINGLE", "NONE", "touch /x && /bin/busybox chown 5:6 /x").output())
        .contains("Invalid argument");
  }

  @Test
  void theStepHasAPidNamespaceAndNothingOfTheJvm() throws Exception {
    assertThat(
            run("RANGE", "NONE", "echo pid $$; ls /proc/self/fd; cat /proc/self/status").output())
        .contains("> pid 1\n> 0\n> 1\n> 2\n> 3\n")
        .contains("> SigBlk:\t0000000000000000\n")
        .contains("> SigIgn:\t0000000000000000\n")
        .contains("> SigCgt:\t0000000000000000\n");
  }

  @Test
  void whatIsLeftOutIsReported() throws Exception {
    assertThat(run("RANGE", "NONE", "true").output())
        .contains("warning: cannot bind '/no/such' (default)");
  }

  @Test
  void aSignalThatEndsTheStepIsItsStatus() throws Exception {
    assertThat(run("RANGE", "NONE", "sh -c 'kill -KILL $$'; exit $?").output())
        .contains("status 137\n");
  }

  @ParameterizedTest
  @CsvSource({"ROOT,TERM", "RANGE,TERM", "RANGE,KILL", "SINGLE,INT"})
  void endingTheBuildLeavesNoProcess(String mapping, String signal) throws Exception {
    Process process =
        new ProcessBuilder(
                command(mapping, "NONE", "echo ready; sleep 1234 & while :; do sleep 0.1; done"))
            .directory(skiff.top().toFile())
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    while (line != null && !line.equals("> ready")) {
      line = output.readLine();
    }
    assertThat(line).isEqualTo("> ready");
    int sent =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    assertThat(sent).isZero();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(skiff.leftoversAfterTwoSeconds()).isEmpty();
    for (int i = 0; i < 40 && sleeping(); i++) {
      Thread.sleep(50);
    }
    assertThat(sleeping()).isFalse();
  }

  private static boolean sleeping() {
    try (var processes = ProcessHandle.allProcesses()) {
      return processes.anyMatch(
          p -> p.info().arguments().map(a -> List.of(a).contains("1234")).orElse(false));
    }
  }
}
