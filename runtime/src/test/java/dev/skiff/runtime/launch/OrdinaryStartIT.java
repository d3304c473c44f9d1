package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two programs of the launcher read the words of a start: `libexec/skiff/launch` ordinary ones,
/// and `bin/skiff` all. Both start the same Java, with the same words, in the same namespaces.
class OrdinaryStartIT {

  private static final Path PERL = Path.of("/usr/bin/perl");
  private static TestDistribution skiff;

  @BeforeAll
  static void install() throws Exception {
    assumeTrue(Files.isExecutable(PERL), "needs perl");
    assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "needs /dev/fuse");
    skiff = TestDistribution.make();
    Path java = Files.createDirectories(skiff.top().resolve("java/bin")).resolve("java");
    Files.writeString(
        skiff.top().resolve("java/release"),
        "JAVA_RUNTIME_VERSION=\"25.9+1\"\nJAVA_VERSION=\"25.9\"\n");
    // Tells what it is given, with what differs in any two starts taken out.
    Files.writeString(
        java,
        """
        #!/bin/sh
        exec 2>&1 >"$TOLD"
        for word do echo "word $word"; done | sed 's/handover=[0-9]*,[0-9]*,[0-9]*,[0-9]*,/handover=/'
        echo "$0 $LC_ALL $SKIFF_CALLER_LC_ALL $LANG"
        cat /proc/self/uid_map /proc/self/gid_map
        for kind in ipc net uts; do readlink /proc/self/ns/$kind; done | sed "$HOST"
        """);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterAll
  static void remove() throws IOException {
    if (skiff != null) {
      skiff.delete();
    }
  }

  private static String host() throws IOException {
    StringBuilder known = new StringBuilder();
    for (String kind : List.of("ipc", "net", "uts")) {
      String link = Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
      known.append("s/^").append(link.replace("[", "\\[").replace("]", "\\]")).append("$/");
      known.append(kind).append(" of the host/;");
    }
    return known.append("s/:.*//").toString();
  }

  /// What Java is started with.
  ///
  /// @param miss why nothing is kept, as `start` says it when it becomes `bin/skiff`; or empty
  private static String told(String miss, Map<String, String> variables, String words)
      throws Exception {
    Path told = Files.createTempFile(skiff.top(), "told", "");
    Files.setPosixFilePermissions(told, PosixFilePermissions.fromString("rw-rw-rw-"));
    List<String> command = new ArrayList<>(List.of("env", "TOLD=" + told, "HOST=" + host()));
    variables.forEach((name, value) -> command.add(name + "=" + value));
    if (!miss.isEmpty()) {
      command.add("SKIFF_MISS=" + miss);
    }
    command.add("SKIFF_NO_PLAN_CACHE=1");
    command.add(skiff.launcher().toString());
    command.addAll(List.of(words.replace("IMAGE", skiff.image().toString()).split(" ", -1)));
    TestDistribution.run(new ProcessBuilder(TestDistribution.as("skiffnosub", command)));
    for (int i = 0; i < 100 && Files.size(told) == 0; i++) {
      Thread.sleep(20); // the shell may end before Java does
    }
    Thread.sleep(50);
    return Files.readString(told);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "exec IMAGE true",
        "exec -e -c IMAGE true --uts",
        "run -B /usr:/mnt --bind=/usr:/opt --pwd / IMAGE",
        "shell --nv --home /tmp IMAGE",
        "test --no-plan-cache --writable-tmpfs IMAGE a b",
        "exec --env A=1 --overlay x -H /tmp IMAGE -- x",
        "exec --uts IMAGE true",
        "exec -ei IMAGE true",
        "exec -B/usr IMAGE true",
        "exec --hostname x IMAGE true",
        "exec --cleanenv=0 IMAGE true",
        "exec --no-mount home -- IMAGE true",
        "-q exec IMAGE true",
      })
  void bothReadTheWordsAlike(String words) throws Exception {
    assumeTrue(new ProcessBuilder("id", "skiffnosub").start().waitFor() == 0, "no skiffnosub");
    Map<String, String> java = Map.of("SKIFF_JAVA", skiff.top().resolve("java").toString());
    String all = told("asked to", java, words);
    assertThat(all).contains("word " + skiff.image(), "25.9+1.aot", "bin/java C.UTF-8");
    assertThat(told("", java, words)).isEqualTo(all);
  }

  @ParameterizedTest
  @CsvSource({
    "JAVA_HOME,%/java",
    "SKIFF_JAVA,%/java/bin/java",
    "SKIFF_UNSHARE_UTS,1",
    "APPTAINER_NO_PID,1",
    "LC_ALL,C",
    "SINGULARITY_IPC,true",
    "lib,mine"
  })
  void bothReadVariablesAlike(String name, String value) throws Exception {
    assumeTrue(new ProcessBuilder("id", "skiffnosub").start().waitFor() == 0, "no skiffnosub");
    Map<String, String> variables =
        name.contains("JAVA")
            ? Map.of(name, value.replace("%", skiff.top().toString()))
            : Map.of(name, value, "SKIFF_JAVA", skiff.top().resolve("java").toString());
    String words = "exec IMAGE true";
    assertThat(told("", variables, words)).isEqualTo(told("asked to", variables, words));
  }
}
