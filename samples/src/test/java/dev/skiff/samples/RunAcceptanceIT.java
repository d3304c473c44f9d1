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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What a person who runs images relies on, as an ordinary user without subordinate ids: running
/// needs none.
final class RunAcceptanceIT {

  private static final HostUser USER = HostUser.SINGLE;

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

  private Outcome shell(String script) {
    return type("exec", image, "sh", "-c", script);
  }

  private Outcome with(String name, String value, String... words) {
    return skiff(USER, directory, Map.of(name, value), words);
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    InstalledSkiff.execute("chown", "-R", USER.account(), directory.toString());
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void exitCodesAreThePayloadsOwn(HostUser user) {
    skiff(user.orSkip(), directory, "exec", image, "true").ends(0);
    skiff(user, directory, "exec", image, "false").ends(1);
    skiff(user, directory, "exec", image, "sh", "-c", "exit 42").ends(42);
  }

  @Test
  void aSignalledPayloadEndsAsShellsSayIt() {
    as(USER, directory, Map.of(), "", List.of("sh", "-c", skiffLine("kill -TERM $$"))).ends(143);
    as(USER, directory, Map.of(), "", List.of("sh", "-c", skiffLine("kill -KILL $$"))).ends(137);
  }

  private String skiffLine(String script) {
    return InstalledSkiff.command() + " exec " + image + " sh -c '" + script + "'; exit $?";
  }

  @Test
  void whatCannotStartSaysSo() {
    type("exec", image, "nosuchcmd").ends(127).complains("nosuchcmd");
    type("exec", image, "/etc/passwd").ends(126).complains("/etc/passwd");
    type("exec", "nope.sif", "true").ends(125).complains("nope.sif");
    type("exec", image).ends(2);
    type("exec", "--nonsense", image, "true").ends(2).complains("--nonsense");
  }

  @Test
  void standardInputReachesThePayload() {
    as(
            USER,
            directory,
            Map.of(),
            "line 1\nline 2\n",
            List.of(InstalledSkiff.command().toString(), "exec", image, "cat"))
        .ends(0)
        .prints("line 1\nline 2\n");
    as(
            USER,
            directory,
            Map.of(),
            "echo from the script\nexit 5\n",
            List.of(InstalledSkiff.command().toString(), "shell", image))
        .ends(5)
        .prints("from the script\n");
  }

  @Test
  void bindsAppearWhereTheyAreAskedFor() throws IOException {
    write("src/f", "content\n");
    type("exec", "-B", "src:/new/deep/dst", image, "cat", "/new/deep/dst/f")
        .ends(0)
        .prints("content\n");
    type("exec", "-B", "src:/new/dst:ro", image, "touch", "/new/dst/g")
        .ends(1)
        .complains("Read-only file system");
    type("exec", "-B", "src:/a,src/f:/b/file", image, "cat", "/a/f", "/b/file")
        .ends(0)
        .prints("content\ncontent\n");
    type("exec", "-B", "src:/w", image, "sh", "-c", "echo new > /w/g").ends(0);
    assertThat(Files.readString(directory.resolve("src/g"))).isEqualTo("new\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/nonexist, mount source /nonexist doesn't exist",
    "/tmp:/b:bad, bad is not a valid bind option",
    "rel, destination must be an absolute path",
    "/a:/b:ro:x, bad bind syntax"
  })
  void badBindsAreRefused(String bind, String reason) {
    Outcome outcome = type("exec", "-B", bind, image, "true").complains(reason);
    assertThat(outcome.status()).isIn(2, 125);
  }

  @Test
  void bindsOfTheEnvironmentAddToThoseOfTheLine() throws IOException {
    write("a/f", "a\n");
    write("b/f", "b\n");
    with("APPTAINER_BIND", "a:/one", "exec", "-B", "b:/two", image, "cat", "/one/f", "/two/f")
        .ends(0)
        .prints("a\nb\n");
    with("SINGULARITY_BIND", "a:/one", "exec", image, "cat", "/one/f").ends(0).prints("a\n");
    with("SKIFF_BIND", "a:/one", "exec", image, "cat", "/one/f").ends(0).prints("a\n");
    with(
            "APPTAINER_BIND",
            "a:/one",
            "exec",
            "-B",
            "b:/two",
            image,
            "sh",
            "-c",
            "echo $APPTAINER_BIND")
        .prints("/two,/one\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type=tmpfs,src=/tmp,dst=/a | unsupported mount type",
        "type=bind,src=/tmp | must specify a source and a destination",
        "type=bind,src=/tmp,dst=/a,foo=b | invalid key"
      })
  void badMountsAreRefused(String mount, String reason) {
    Outcome outcome = type("exec", "--mount", mount, image, "true").complains(reason);
    assertThat(outcome.status()).isIn(2, 125);
  }

  @Test
  void aMountIsABind() throws IOException {
    write("src/f", "content\n");
    type("exec", "--mount", "type=bind,src=" + directory + "/src,dst=/m,ro", image, "cat", "/m/f")
        .ends(0)
        .prints("content\n");
  }

  @Test
  void theWorkingDirectoryIsTheCallers() {
    type("exec", image, "pwd").ends(0).prints(directory + "\n");
    type("exec", "--pwd", "/tmp", image, "pwd").ends(0).prints("/tmp\n");
    type("exec", "--pwd", "/nope", image, "pwd").ends(125).complains("/nope");
  }

  @Test
  void aWorkingDirectoryThroughALinkIsNotEmpty() throws IOException {
    write("real/f", "here\n");
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));
    as(
            USER,
            directory,
            Map.of(),
            "",
            List.of(
                "sh",
                "-c",
                "cd link && exec " + InstalledSkiff.command() + " exec " + image + " cat f"))
        .ends(0)
        .prints("here\n");
  }

  @Test
  void homeIsTheCallersUnlessAskedOtherwise() throws IOException {
    String home = USER.ids().get(2);
    type("exec", image, "sh", "-c", "echo seen > ~/skiff-it-home && cat " + home + "/skiff-it-home")
        .ends(0)
        .prints("seen\n");
    type("exec", "--no-home", image, "test", "-e", home + "/skiff-it-home").ends(1);
    write("myhome/f", "mine\n");
    type(
            "exec",
            "-H",
            "myhome:/home/x",
            image,
            "sh",
            "-c",
            "echo $HOME; cat $HOME/f; grep -c :/home/x: /etc/passwd")
        .ends(0)
        .prints("/home/x\nmine\n1\n");
    Files.deleteIfExists(Path.of(home, "skiff-it-home"));
  }

  @Test
  void containKeepsTheEnvironmentAndNothingElse() {
    with(
            "FOO_HOST",
            "kept",
            "exec",
            "-c",
            image,
            "sh",
            "-c",
            "echo $FOO_HOST; ls /tmp $HOME | wc -l")
        .ends(0)
        .printsAmongOthers("kept\n");
    with(
            "FOO_HOST",
            "kept",
            "exec",
            "-C",
            image,
            "sh",
            "-c",
            "echo [$FOO_HOST]; ls -d /proc/[0-9]* | wc -l")
        .ends(0)
        .printsAmongOthers("[]\n");
    type("exec", "-C", image, "sh", "-c", "test $(ls -d /proc/[0-9]* | wc -l) -lt 10").ends(0);
    type("exec", "-C", image, "sh", "-c", "exit 9").ends(9);
    type("exec", "-c", image, "sh", "-c", "ls /dev | sort | tr '\\n' ' '")
        .ends(0)
        .printsAmongOthers("null ");
  }

  @Test
  void theRootIsReadOnlyUnlessAskedOtherwise() throws IOException {
    type("exec", image, "touch", "/x").ends(1).complains("Read-only file system");
    type("exec", "--writable-tmpfs", image, "sh", "-c", "echo 1 > /x && cat /x")
        .ends(0)
        .prints("1\n");
    write("x.def", "Bootstrap: localimage\nFrom: " + image + "\n");
    type("build", "--sandbox", "box", "x.def").ends(0);
    type("exec", "--writable", "box", "sh", "-c", "echo kept > /opt/kept").ends(0);
    type("exec", "box", "cat", "/opt/kept").ends(0).prints("kept\n");
    type("exec", "box", "touch", "/opt/other").ends(1).complains("Read-only file system");
  }

  @Test
  void variablesComeInTheirOrderOfPrecedence() throws IOException {
    type("exec", "--env", "A=1,B=2", image, "sh", "-c", "echo $A$B").prints("12\n");
    write("env1", "A=file\nB=\"two words\"\n");
    type("exec", "--env-file", "env1", image, "sh", "-c", "echo $A $B").prints("file two words\n");
    type("exec", "--env-file", "env1", "--env", "A=flag", image, "sh", "-c", "echo $A")
        .prints("flag\n");
    skiff(
            USER,
            directory,
            Map.of("SINGULARITYENV_A", "old", "APPTAINERENV_A", "new", "A", "host"),
            "exec",
            image,
            "sh",
            "-c",
            "echo $A")
        .prints("new\n");
    skiff(
            USER,
            directory,
            Map.of("SKIFFENV_A", "ours", "APPTAINERENV_A", "theirs"),
            "exec",
            image,
            "sh",
            "-c",
            "echo $A")
        .prints("ours\n");
    with("APPTAINERENV_A", "prefix", "exec", "--env-file", "env1", image, "sh", "-c", "echo $A")
        .prints("file\n");
    with("FOO", "host", "exec", image, "sh", "-c", "echo $FOO").prints("bar\n");
    with("APPTAINERENV_FOO", "mine", "exec", image, "sh", "-c", "echo $FOO").prints("mine\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "$UID | <uid>",
        "\"$UID\" | \"<uid>\"",
        "'$UID' | '<uid>'",
        "\\$UID | $UID",
        "$(echo run) | run",
        "it's | it's"
      })
  void prefixedValuesAreTextInsideDoubleQuotes(String value, String expected) {
    skiff(
            USER,
            directory,
            Map.of("APPTAINERENV_V", value),
            "exec",
            image,
            "sh",
            "-c",
            "printf '%s\\n' \"$V\"")
        .ends(0)
        .prints(expected.replace("<uid>", USER.ids().get(0)) + "\n");
    skiff(
            USER,
            directory,
            Map.of("APPTAINERENV_V", value),
            "exec",
            "--no-eval",
            image,
            "sh",
            "-c",
            "printf '%s\\n' \"$V\"")
        .ends(0)
        .prints(value + "\n");
  }

  @Test
  void aCleanEnvironmentKeepsTheTerminalAndTheProxies() {
    skiff(
            USER,
            directory,
            Map.of("TERM", "xterm", "http_proxy", "http://127.0.0.1:1", "FOO_HOST", "x"),
            "exec",
            "-e",
            image,
            "sh",
            "-c",
            "echo $TERM $http_proxy $LANG [$FOO_HOST]")
        .ends(0)
        .prints("xterm http://127.0.0.1:1 C []\n");
  }

  @Test
  void thePathCanBeReplacedAndExtended() {
    type("exec", "--env", "PREPEND_PATH=/a", image, "sh", "-c", "echo $PATH")
        .printsAmongOthers("/a:/usr/local/sbin");
    type("exec", "--env", "APPEND_PATH=/b", image, "sh", "-c", "echo $PATH")
        .printsAmongOthers("/bin:/b\n");
    type("exec", "--env", "PATH=/bin", image, "sh", "-c", "echo $PATH").prints("/bin\n");
  }

  @Test
  void theUmaskIsInherited() {
    as(
            USER,
            directory,
            Map.of(),
            "",
            List.of(
                "sh",
                "-c",
                "umask 077; exec " + InstalledSkiff.command() + " exec " + image + " sh -c umask"))
        .prints("0077\n");
    as(
            USER,
            directory,
            Map.of(),
            "",
            List.of(
                "sh",
                "-c",
                "umask 077; exec "
                    + InstalledSkiff.command()
                    + " exec --no-umask "
                    + image
                    + " sh -c umask"))
        .prints("0022\n");
  }

  @Test
  void fakerootIsRootInside() {
    type("exec", "--fakeroot", image, "sh", "-c", "id -u; echo $HOME").ends(0).prints("0\n/root\n");
  }

  @Test
  void thePayloadKnowsItsContainer() {
    shell(
            "echo $APPTAINER_NAME $SINGULARITY_NAME; echo $APPTAINER_CONTAINER; echo $LD_LIBRARY_PATH; echo $PATH")
        .ends(0)
        .prints(
            "B.sif B.sif\n"
                + image
                + "\n/.singularity.d/libs\n"
                + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
  }

  @Test
  void nvWithoutAGpuSaysSoAndRuns() {
    type("exec", "--nv", image, "echo", "ran").ends(0).prints("ran\n").complains("--nv");
    type("exec", image, "echo", "ran").ends(0).prints("ran\n");
  }

  @Test
  void theCallerIsTheCallerInside() {
    String uid = USER.ids().get(0);
    shell("id -u; id -g; whoami; stat -c %u /proc/self/")
        .ends(0)
        .prints(uid + "\n" + USER.ids().get(1) + "\n" + USER.account() + "\n" + uid + "\n");
  }

  @Test
  void nothingOfSkiffIsLeftInThePayload() {
    shell(
            "grep -E '^(Threads|CapEff|NoNewPrivs|SigBlk|SigIgn|SigCgt)' /proc/self/status | tr -d '\\t' | tr '\\n' ' '; ls /proc/self/fd | wc -l")
        .ends(0)
        .printsAmongOthers("CapEff:0000000000000000")
        .printsAmongOthers("NoNewPrivs:1");
  }

  @Test
  void dryRunPrintsThePlanAndStartsNothing() {
    type("exec", "--dry-run", "-B", "/tmp:/data", image, "touch", directory + "/started")
        .ends(0)
        .printsAmongOthers("/data");
    assertThat(directory.resolve("started")).doesNotExist();
  }

  @Test
  void imagesOfTheRealPeerRunToo() {
    Path fixture = Path.of("src/test/resources/sif/zstd.sif").toAbsolutePath();
    assertThat(fixture).exists();
    Path copy = directory.resolve("peer.sif");
    InstalledSkiff.execute("cp", fixture.toString(), copy.toString());
    InstalledSkiff.execute("chmod", "755", copy.toString());
    type("run", "peer.sif", "a").ends(0).prints("run 1 a bar\n");
    type("run", "--app", "hello", "peer.sif").ends(0).prints("hello from the app\n");
    type("exec", "peer.sif", "cat", "/made").ends(0).prints("made in post\n");
  }
}
