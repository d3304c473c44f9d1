package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a person who builds images relies on, in the order of a definition file's life. Our own
/// exit codes stand where the peer has 255.
final class BuildAcceptanceIT {

  private Path directory = Path.of("/");

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.RANGE.orSkip());
  }

  private Outcome type(String... words) {
    return skiff(HostUser.RANGE, directory, words);
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String fromBusybox(String sections) {
    return "Bootstrap: localimage\nFrom: " + BusyboxImage.sif() + "\n" + sections;
  }

  private void noTarget() {
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void postWritesAndTheRunscriptGetsItsArgumentsUnbroken(HostUser user) throws IOException {
    directory = directoryOf(user.orSkip());
    write(
        "x.def",
        fromBusybox(
            """
            %post
                echo made > /opt/x
                chown 5:6 /opt/x
            %runscript
                cat /opt/x
                for a in "$@"; do echo "<$a>"; done
                echo $#
            """));
    skiff(user, directory, "build", "x.sif", "x.def").ends(0);
    skiff(user, directory, "run", "x.sif", "a", "b c").ends(0).prints("made\n<a>\n<b c>\n2\n");
  }

  @Test
  void theFileItselfIsAProgram() throws IOException {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Files.createSymbolicLink(
        bin.resolve("run-singularity"), InstalledSkiff.command().resolveSibling("run-singularity"));
    as(
            HostUser.RANGE,
            directory,
            Map.of("PATH", bin + ":/usr/bin:/bin"),
            "",
            List.of(BusyboxImage.sif().toString(), "direct", "1 2"))
        .ends(0)
        .prints("run 2 direct 1 2 bar\n");
  }

  @Test
  void anUnknownHeaderKeyIsNamed() throws IOException {
    write("x.def", "Bootstrap: scratch\nFoo: x\n");
    type("build", "x.sif", "x.def").ends(1).complains("invalid header keyword found: foo");
    noTarget();
  }

  @Test
  void anUnknownSectionIsNamed() throws IOException {
    write("x.def", "Bootstrap: scratch\n%foo\n  true\n");
    type("build", "x.sif", "x.def").ends(1).complains("invalid section(s) specified: foo");
    noTarget();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n\n# at all\n"})
  void aDefinitionWithoutStagesIsRefused(String text) throws IOException {
    write("x.def", text);
    type("build", "x.sif", "x.def").ends(1).complains("no stages found");
    noTarget();
  }

  @Test
  void aFailingPostStopsTheBuildWithItsStatus() throws IOException {
    write("x.def", fromBusybox("%post\n    echo before\n    exit 7\n    echo after\n"));
    Outcome outcome =
        type("build", "x.sif", "x.def")
            .ends(1)
            .complains("while running %post section: exit status 7");
    assertThat(outcome.out() + outcome.err()).contains("before").contains("x.def:3");
    noTarget();
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("x.def");
    }
  }

  @Test
  void postMayNameItsInterpreter() throws IOException {
    write("x.def", fromBusybox("%post -c /bin/sh\n    echo interpreted > /opt/i\n"));
    type("build", "x.sif", "x.def").ends(0);
    type("exec", "x.sif", "cat", "/opt/i").ends(0).prints("interpreted\n");
    write("y.def", fromBusybox("%post -c\n    true\n"));
    type("build", "y.sif", "y.def")
        .ends(1)
        .complains("bad post section '-c' parameter: missing arguments");
  }

  @Test
  void environmentIsForRunningNotForBuilding() throws IOException {
    write(
        "x.def",
        "Bootstrap: scratch\n%setup\n  mkdir -p $APPTAINER_ROOTFS/bin\n  cp /bin/busybox"
            + " $APPTAINER_ROOTFS/bin/sh || cp /usr/bin/busybox $APPTAINER_ROOTFS/bin/sh\n"
            + "%post\n  echo \"[${FOO:-}]\"\n%environment\n  export FOO=bar\n%runscript\n  echo $FOO\n");
    Outcome build = type("build", "x.sif", "x.def").ends(0);
    assertThat(build.out() + build.err()).contains("[]");
    type("run", "x.sif").ends(0).prints("bar\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"APPTAINER_ENVIRONMENT", "SINGULARITY_ENVIRONMENT"})
  void postMayAddToTheEnvironment(String variable) throws IOException {
    write("x.def", fromBusybox("%post\n    echo 'export Z=1' >> $" + variable + "\n"));
    type("build", "x.sif", "x.def").ends(0);
    type("exec", "x.sif", "sh", "-c", "echo $Z; ls /.singularity.d/env/91-environment.sh")
        .ends(0)
        .prints("1\n/.singularity.d/env/91-environment.sh\n");
  }

  @Test
  void aStageGivesFilesToALaterOne() throws IOException {
    String first =
        """

        Stage: one
        %post
            mkdir -p /made/in
            echo deep > /made/in/f
            ln -s f /made/in/link
            echo alone > /alone
        """;
    String second =
        """

        Stage: two
        %files from one
            /made /opt/newdir
            /alone
        """;
    String base = fromBusybox("").strip();
    write("x.def", base + first + "\n" + base + second);
    type("build", "x.sif", "x.def").ends(0);
    type("exec", "x.sif", "sh", "-c", "cat /opt/newdir/in/f /alone; readlink /opt/newdir/in/link")
        .ends(0)
        .prints("deep\nalone\nf\n");
  }

  @Test
  void anUnknownStageIsNamed() throws IOException {
    write("x.def", fromBusybox("%files from nope\n    /a /b\n"));
    type("build", "x.sif", "x.def").ends(1).complains("stage nope was not found");
    noTarget();
  }

  @Test
  void filesAreCopiedAsCpWould() throws IOException {
    write("f/d/inner", "inner\n");
    write("f/g1.txt", "one\n");
    write("f/g2.txt", "two\n");
    write("f/sp ace", "space\n");
    write(
        "x.def",
        fromBusybox(
            """
            %files
                f/d /opt/newd
                f/d /mnt
                f/g1.txt /opt/made/
                f/g*.txt /mnt
                f/g1.txt
                "f/sp ace" /opt/sp
                'f/sp ace' /opt/sp2
            """));
    type("build", "x.sif", "x.def").ends(0);
    type(
            "exec",
            "--no-mount",
            "cwd",
            "x.sif",
            "cat",
            "/opt/newd/inner",
            "/mnt/d/inner",
            "/opt/made/g1.txt",
            "/mnt/g1.txt",
            "/mnt/g2.txt",
            "/f/g1.txt",
            "/opt/sp",
            "/opt/sp2")
        .ends(0)
        .prints("inner\ninner\none\none\ntwo\none\nspace\nspace\n");
  }

  @Test
  void templatesTakeTheNearestValue() throws IOException {
    write("x.def", fromBusybox("%arguments\n  V=default\n%post\n  echo {{ V }} > /opt/v\n"));
    write("args", "V=file\n");
    type("build", "a.sif", "x.def").ends(0);
    type("build", "--build-arg", "V=2", "b.sif", "x.def").ends(0);
    type("build", "--build-arg-file", "args", "c.sif", "x.def").ends(0);
    type("build", "--build-arg-file", "args", "--build-arg", "V=2", "d.sif", "x.def").ends(0);
    type("exec", "a.sif", "cat", "/opt/v").prints("default\n");
    type("exec", "b.sif", "cat", "/opt/v").prints("2\n");
    type("exec", "c.sif", "cat", "/opt/v").prints("file\n");
    type("exec", "d.sif", "cat", "/opt/v").prints("2\n");
  }

  @Test
  void undefinedAndUnusedArgumentsAreNamed() throws IOException {
    write("x.def", fromBusybox("%post\n  echo {{ X }}\n"));
    type("build", "x.sif", "x.def").ends(1).complains("build var X is not defined");
    write("y.def", fromBusybox("%post\n  true\n"));
    type("build", "--build-arg", "Z=1", "x.sif", "y.def").ends(1).complains("unused build args: Z");
    type("build", "--warn-unused-build-args", "--build-arg", "Z=1", "x.sif", "y.def")
        .ends(0)
        .complains("Z");
  }

  @Test
  void theTestDecidesUnlessItIsLeftOut() throws IOException {
    write("ok.def", fromBusybox("%test\n  test -e /bin/busybox\n"));
    type("build", "ok.sif", "ok.def").ends(0);
    write("x.def", fromBusybox("%test\n  exit 3\n"));
    type("build", "x.sif", "x.def")
        .ends(1)
        .complains("failed to execute %test script: exit status 3");
    noTarget();
    type("build", "-T", "x.sif", "x.def").ends(0);
    type("test", "x.sif").ends(3);
  }

  @Test
  void anExistingTargetIsKeptUnlessForced() throws IOException {
    write("x.def", fromBusybox("%post\n  true\n"));
    Files.writeString(directory.resolve("x.sif"), "precious");
    type("build", "x.sif", "x.def").ends(1).complains("already exists");
    assertThat(Files.readString(directory.resolve("x.sif"))).isEqualTo("precious");
    type("build", "-F", "x.sif", "x.def").ends(0);
  }

  @Test
  void aSandboxIsBuiltRunAndUpdated() throws IOException {
    write("x.def", fromBusybox("%post\n  echo first > /opt/first\n"));
    type("build", "--sandbox", "box", "x.def").ends(0);
    type("exec", "box", "cat", "/opt/first").ends(0).prints("first\n");
    write("y.def", fromBusybox("%post\n  echo second > /opt/second\n"));
    type("build", "-u", "-s", "box", "y.def").ends(0);
    type("exec", "box", "cat", "/opt/first", "/opt/second").ends(0).prints("first\nsecond\n");
    type("build", "-u", "box", "y.def").ends(1).complains("only sandbox update");
  }

  @Test
  void theRunscriptMayBringItsOwnInterpreter() throws IOException {
    write("x.def", fromBusybox("%runscript\n#!/bin/busybox sh\necho own $0\n"));
    type("build", "x.sif", "x.def").ends(0);
    type("exec", "x.sif", "head", "-n", "1", "/.singularity.d/runscript")
        .prints("#!/bin/busybox sh\n");
  }

  @Test
  void twoBuildsAtOneEpochAreTheSameFile() throws IOException {
    write("x.def", fromBusybox("%post\n  echo 1 > /opt/one\n"));
    Map<String, String> epoch = Map.of("SOURCE_DATE_EPOCH", "1");
    skiff(HostUser.RANGE, directory, epoch, "build", "a.sif", "x.def").ends(0);
    skiff(HostUser.RANGE, directory, epoch, "build", "b.sif", "x.def").ends(0);
    assertThat(Files.mismatch(directory.resolve("a.sif"), directory.resolve("b.sif")))
        .isEqualTo(-1);
  }

  @Test
  void anAppThatIsNotThereIsNamed() {
    type("run", "--app", "nope", BusyboxImage.sif().toString())
        .ends(1)
        .printsAmongOthers("Could not locate the container application: nope");
  }

  @Test
  void theHelpOfAnImageIsPrintedWithoutStartingIt() throws IOException {
    write("x.def", fromBusybox("%help\n  How to use it.\n"));
    type("build", "x.sif", "x.def").ends(0);
    type("run-help", "x.sif").ends(0).prints("  How to use it.\n");
    type("build", "--sandbox", "box", "x.def").ends(0);
    type("run-help", "box").ends(0).prints("  How to use it.\n");
    type("run-help", BusyboxImage.sif().toString())
        .ends(0)
        .prints("No help sections were defined for this image\n");
    type("run-help", "absent.sif").ends(1).complains("absent.sif");
  }
}
