package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The flags of `skiff build`, and what is left when one is stopped.
@Timeout(300)
final class BuildOptionsIT {

  private Path directory = Path.of("/");

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.RANGE.orSkip());
  }

  private Outcome type(String... words) {
    return skiff(HostUser.RANGE, directory, words);
  }

  private void define(String sections) throws IOException {
    Files.writeString(
        directory.resolve("x.def"),
        "Bootstrap: localimage\nFrom: " + BusyboxImage.sif() + "\n" + sections);
  }

  @Test
  void postAndTestSeeTheBoundDirectoriesAndTheImageDoesNot() throws IOException {
    Path host = Files.createDirectory(directory.resolve("host"));
    Files.writeString(host.resolve("f"), "of the host\n");
    InstalledSkiff.execute("chmod", "777", host.toString());
    define(
        """
        %post
            cat /one/f > /opt/copy
            echo written > /one/g
            ! touch /two/h
        %test
            cat /one/f /two/g
        """);
    Outcome outcome =
        type(
                "build",
                "-B",
                host + ":/one",
                "--mount",
                "type=bind,src=" + host + ",dst=/two,ro",
                "x.sif",
                "x.def")
            .ends(0);
    assertThat(outcome.out() + outcome.err()).contains("of the host\nwritten\n");
    assertThat(host.resolve("g")).hasContent("written");
    assertThat(host.resolve("h")).doesNotExist();
    type("exec", "x.sif", "cat", "/opt/copy").ends(0).prints("of the host\n");
    type("exec", "x.sif", "cat", "/one/f").ends(1);
    type("build", "-B", "/no/such:/x", "y.sif", "x.def").ends(1).complains("/no/such");
  }

  @Test
  void severalTargetsAreMadeAtOnceAndASandboxIsOne() throws IOException {
    define("%post\n    echo made > /opt-made\n");
    type("build", "x.sif", "-o", "box/", "-o", "oci:layout", "x.def").ends(0);
    assertThat(directory.resolve("box/opt-made")).hasContent("made");
    assertThat(directory.resolve("x.sif")).isRegularFile();
    type("build", "-F", "box/", "x.def").ends(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build -F mine x.def",
        "build -F mine/ x.def",
        "build -F -o oci-archive:mine x.def",
        "build -F --data mine mine",
        "convert -F @SIF@ docker-archive:mine",
        "convert -F @SIF@ squashfs:mine"
      })
  void aDirectoryThatIsNoImageIsNeverReplaced(String words) throws IOException {
    define("%post\n    true\n");
    Files.writeString(Files.createDirectory(directory.resolve("mine")).resolve("thesis"), "text");
    Outcome refused = type(words.replace("@SIF@", BusyboxImage.sif() + "").split(" ", -1)).ends(1);
    assertThat(refused.err()).contains("cannot replace", "not empty, and no sandbox");
    assertThat(directory.resolve("mine/thesis")).hasContent("text");
  }

  @Test
  void aHostWithoutDriverGetsANotice() throws IOException {
    define("%post\n    true\n");
    type("build", "--nv", "x.sif", "x.def").ends(0);
  }

  @Test
  void theOwnerMayReadAndWriteAllOfAFixedSandbox() throws IOException {
    define(
        "%post\n    mkdir -p /opt/d\n    touch /opt/d/f\n    chmod 0 /opt/d/f\n    chmod 500 /opt/d\n");
    type("build", "--sandbox", "as-is", "x.def").ends(0);
    type("build", "--fix-perms", "--sandbox", "fixed", "x.def").ends(0);
    List<String> modes = List.of("stat", "-c", "%a", "as-is/opt/d", "fixed/opt/d", "fixed/opt/d/f");
    as(HostUser.RANGE, directory, Map.of(), "", modes).ends(0).prints("500\n700\n600\n");
  }

  @Test
  void onlyTheChosenSectionsAreCarriedOut() throws IOException {
    define("%post\n    echo p > /opt/p\n%test\n    exit 5\n%environment\n    export ONLY=1\n");
    type("build", "--section", "post", "p.sif", "x.def").ends(0);
    type("exec", "p.sif", "sh", "-c", "cat /opt/p; echo [$ONLY]").ends(0).prints("p\n[]\n");
    type("build", "--section", "none", "n.sif", "x.def").ends(0);
    type("exec", "n.sif", "cat", "/opt/p").ends(1);
    type("build", "--section", "post,environment", "e.sif", "x.def").ends(0);
    type("exec", "e.sif", "sh", "-c", "echo [$ONLY]").ends(0).prints("[1]\n");
    type("build", "--section", "nope", "x.sif", "x.def").ends(2).complains("nope");
  }

  @Test
  void commandsOfPostAreTracedUnlessQuiet() throws IOException {
    define("%post\n    true some words\n");
    Outcome loud = type("build", "a.sif", "x.def").ends(0);
    assertThat(loud.out() + loud.err()).contains("+ true some words");
    Outcome quiet = type("build", "--quiet-post", "b.sif", "x.def").ends(0);
    assertThat(quiet.out() + quiet.err()).doesNotContain("some words");
  }

  @ParameterizedTest
  @CsvSource({"gzip,1", "gzip:9,1", "xz,4", "lz4,5", "zstd,6", "zstd:19,6"})
  void theImageIsCompressedAsAsked(String compression, int number) throws IOException {
    define("%post\n    echo 1 > /opt/one\n");
    type("build", "--compression", compression, "x.sif", "x.def").ends(0);
    byte[] sif = Files.readAllBytes(directory.resolve("x.sif"));
    int superBlock = new String(sif, StandardCharsets.ISO_8859_1).indexOf("hsqs");
    assertThat(sif[superBlock + 20]).isEqualTo((byte) number);
    type("build", "--sandbox", "box", "x.sif").ends(0);
    assertThat(directory.resolve("box/opt/one")).hasContent("1");
  }

  @ParameterizedTest
  @CsvSource({"--compression,brotli", "--compression,gzip:99", "--arch,pdp11", "--section,nope"})
  void aValueThatIsNoneIsAnErrorOfUse(String option, String value) throws IOException {
    define("%post\n    true\n");
    type("build", option, value, "x.sif", "x.def").ends(2).complains(value.split(":", 2)[0]);
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }

  @Test
  void aDryRunSaysWhatAndDoesNothing() throws IOException {
    define("%post\n    echo made > /opt/made\n");
    type("build", "--dry-run", "x.sif", "x.def")
        .ends(0)
        .printsAmongOthers("echo made > /opt/made")
        .printsAmongOthers("write the SIF 'x.sif'");
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }

  @Test
  void theWorkingDirectoryStaysOnRequestOnly() throws IOException {
    Path work = workingDirectory();
    define("%post\n    echo made > /opt/made\n    exit 4\n");
    type("build", "--tmpdir", "work", "x.sif", "x.def").ends(1);
    assertThat(work).isEmptyDirectory();
    type("build", "--tmpdir", "work", "--no-cleanup", "x.sif", "x.def").ends(1);
    try (var files = Files.list(work)) {
      assertThat(files).hasSize(1);
    }
  }

  private Path workingDirectory() throws IOException {
    Path work = Files.createDirectory(directory.resolve("work"));
    InstalledSkiff.execute("chown", HostUser.RANGE.account(), work.toString());
    return work;
  }

  enum Signal {
    INT(130),
    TERM(143),
    HUP(129);

    private final int status;

    Signal(int status) {
      this.status = status;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBuildThatIsStoppedLeavesNothing(Signal signal) throws IOException {
    Path work = workingDirectory();
    String seconds = "7" + ProcessHandle.current().pid() + signal.status;
    define("%%post\n    sleep %1$s &\n    sleep %1$s\n".formatted(seconds));
    // A shell makes its background jobs ignore SIGINT, hence env.
    String script =
        """
        env --default-signal=INT '%s' build --tmpdir work x.sif x.def > log 2>&1 & pid=$!
        i=0
        until pgrep -x -f 'sleep %2$s' > /dev/null || [ $i -gt 300 ]; do i=$((i + 1)); sleep 0.1; done
        sleep 1
        kill -%3$s $pid
        wait $pid
        """
            .formatted(InstalledSkiff.command(), seconds, signal);
    as(HostUser.RANGE, directory, Map.of(), "", List.of("bash", "-c", script)).ends(signal.status);
    assertThat(work).isEmptyDirectory();
    assertThat(directory.resolve("x.sif")).doesNotExist();
    assertThat(
            ProcessHandle.allProcesses()
                .flatMap(process -> process.info().arguments().stream())
                .flatMap(Arrays::stream))
        .doesNotContain(seconds);
  }
}
