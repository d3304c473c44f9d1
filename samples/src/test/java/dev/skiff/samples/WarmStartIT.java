package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A start like an earlier one needs no Java, and is never taken for one when anything has changed.
final class WarmStartIT {

  private static final HostUser USER = HostUser.SINGLE;
  private static final String ENVIRONMENT = "/.singularity.d/env/90-environment.sh";

  private Path directory = Path.of("/");
  private Path image = Path.of("/");

  @BeforeEach
  void copyTheImage() throws IOException {
    directory = directoryOf(USER.orSkip());
    image = WarmImage.inOrSkip(directory);
  }

  private Map<String, String> variables(String... pairs) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("TMPDIR", directory.toString());
    variables.put("SKIFF_EXPLAIN_START", "1");
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return variables;
  }

  private Outcome start(Map<String, String> variables, String... words) {
    List<String> command = new ArrayList<>(List.of(InstalledSkiff.command().toString()));
    command.addAll(List.of(words));
    return as(USER, directory, variables, "", command);
  }

  private Outcome exec(String... words) {
    return start(variables(), words);
  }

  private Path kept() {
    return directory.resolve("skiff-starts-" + USER.ids().getFirst());
  }

  /// Starts with Java, and waits until the start is kept, which happens beside the payload.
  private void keep(Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    long before = count();
    start(variables, words).ends(0).complains("start: with Java");
    for (int i = 0; i < 500 && count() == before; i++) {
      Thread.sleep(20);
    }
    assertThat(count()).as("kept starts").isGreaterThan(before);
  }

  private void keep(String... words) throws IOException, InterruptedException {
    keep(variables(), words);
  }

  private long count() throws IOException {
    if (!Files.isDirectory(kept())) {
      return 0;
    }
    try (Stream<Path> files = Files.list(kept())) {
      return files.filter(file -> !String.valueOf(file.getFileName()).startsWith(".")).count();
    }
  }

  private Path keptFile() throws IOException {
    try (Stream<Path> files = Files.list(kept())) {
      return files.findFirst().orElseThrow();
    }
  }

  private static void isWarm(Outcome outcome) {
    assertThat(outcome.err()).as(outcome.command()).startsWith("start: warm, by ");
  }

  private static void isCold(Outcome outcome) {
    assertThat(outcome.err()).as(outcome.command()).contains("start: with Java, as ");
  }

  private Path sandbox() throws IOException {
    Path sandbox = directory.resolve("box");
    start(variables(), "build", "--sandbox", sandbox.toString(), image.toString()).ends(0);
    return sandbox;
  }

  @Test
  void theSecondStartIsLikeTheFirst() throws IOException, InterruptedException {
    String script =
        "id; umask; pwd; cat /etc/passwd /etc/group; grep -E 'Sig|Cap|NoNew|Threads' /proc/self/status;"
            + " awk '{ print $5, $6, $9 }' /proc/self/mountinfo; env | sort; echo \"$#\" \"$@\"";
    Map<String, String> odd = variables("ODD", "a'b\"c $(touch evil)\n`x`", "EMPTY", "");
    String[] words = {
      "exec",
      "--env",
      "E=it's",
      "-B",
      directory + ":/data:ro",
      image.toString(),
      "sh",
      "-c",
      script,
      "--",
      "a b",
      "$(touch evil)",
      ""
    };
    keep(odd, words);
    Outcome warm = start(odd, words);
    isWarm(warm);
    odd.put("SKIFF_NO_PLAN_CACHE", "");
    Outcome cold = start(odd, words);
    isCold(cold);
    assertThat(warm.out().replace("SKIFF_NO_PLAN_CACHE=\n", ""))
        .isEqualTo(cold.out().replace("SKIFF_NO_PLAN_CACHE=\n", ""))
        .contains("uid=" + USER.ids().getFirst());
    assertThat(directory.resolve("evil")).doesNotExist();
  }

  @Test
  void otherArgumentsOfThePayloadAreNoReasonToPlanAgain() throws IOException, InterruptedException {
    keep("exec", image.toString(), "true");
    Outcome warm = exec("exec", image.toString(), "--", "echo", "x");
    isWarm(warm);
    warm.ends(127);
    Outcome echo = exec("exec", image.toString(), "echo", "-B", "/x", "*");
    isWarm(echo);
    echo.ends(0).prints("-B /x *\n");
    isCold(exec("exec", image.toString()).ends(2));
  }

  @Test
  void statusesAndSignalsAreThePayloads() throws IOException, InterruptedException {
    keep("exec", image.toString(), "true");
    Outcome code = exec("exec", image.toString(), "sh", "-c", "exit 41");
    isWarm(code);
    code.ends(41);
    exec("exec", image.toString(), "no-such-program").ends(127);
    exec("exec", image.toString(), "/etc/passwd").ends(126);
    exec("exec", image.toString(), "sh", "-c", "kill -TERM $$").ends(143);
    String skiff = InstalledSkiff.command() + " exec " + image;
    Outcome pid =
        as(
            USER,
            directory,
            variables(),
            "typed\n",
            List.of("sh", "-c", "echo $$; exec " + skiff + " sh -c 'echo $$; cat'"));
    isWarm(pid);
    List<String> lines = pid.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).isEqualTo(lines.get(0));
    assertThat(lines.get(2)).isEqualTo("typed");
  }

  @Test
  void noServerIsLeftOfAStartThatIsCutShort() throws IOException, InterruptedException {
    keep("exec", image.toString(), "true");
    String script =
        """
        ulimit -c 0
        for pause in $(seq 0.002 0.002 0.08); do
          "$0" exec "$1" sleep 100 & child=$!
          sleep $pause
          kill -9 $child
        done
        for i in $(seq 50); do
          sleep 0.1
          left=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -ao "offset=[0-9]* $1" | wc -l)
          [ "$left" = 0 ] && break
        done
        echo "left: $left"
        """;
    String skiff = InstalledSkiff.command().toString();
    as(USER, directory, variables(), "", List.of("sh", "-c", script, skiff, image.toString()))
        .prints("left: 0\n");
    isWarm(exec("exec", image.toString(), "true"));
  }

  @Test
  void nothingIsLeftAfterTheWorstSignal() throws IOException, InterruptedException {
    keep("exec", image.toString(), "true");
    String script =
        """
        ulimit -c 0
        "$0" exec "$1" sleep 100 & child=$!
        for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
          sleep 0.1
          grep -q sleep /proc/$child/comm && break
        done
        cat /proc/$child/task/$child/children
        kill -9 $child
        for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
          sleep 0.1
          left=0
          for process in /proc/[0-9]*; do
            grep -qsa -- "$1" $process/cmdline && ! grep -qx sh $process/comm && left=$((left + 1))
          done
          [ "$left" = 0 ] && break
        done
        echo "left: $left"
        """;
    as(
            USER,
            directory,
            variables(),
            "",
            List.of("sh", "-c", script, InstalledSkiff.command().toString(), image.toString()))
        .prints("left: 0\n");
  }

  @Test
  void variablesThatTheLauncherUsesStayTheCallers() throws IOException, InterruptedException {
    Map<String, String> variables = variables("image", "1", "cache", "2", "name", "3", "uid", "4");
    String[] words = {"exec", image.toString(), "sh", "-c", "echo $image $cache $name $uid"};
    Map<String, String> cold = new TreeMap<>(variables);
    cold.put("SKIFF_NO_PLAN_CACHE", "1");
    start(cold, words).ends(0).prints("1 2 3 4\n").complains("start: with Java");
    keep(variables, words);
    Outcome warm = start(variables, words);
    isWarm(warm);
    warm.prints("1 2 3 4\n");
    variables.put("SKIFF_OWN", "$(touch${IFS}evil) x;touch${IFS}evil");
    start(variables, "exec", "--uts", "--pid", image.toString(), "true").ends(0);
    assertThat(directory.resolve("evil")).doesNotExist();
  }

  @Test
  void theCallersMaskIsItsOwn() throws IOException, InterruptedException {
    keep("exec", image.toString(), "sh", "-c", "umask");
    String command = InstalledSkiff.command() + " exec " + image + " sh -c umask";
    Outcome warm =
        as(USER, directory, variables(), "", List.of("sh", "-c", "umask 027; exec " + command));
    isWarm(warm);
    warm.prints("0027\n");
  }

  @Test
  void anotherImageAtThePathIsPlannedAnew() throws IOException, InterruptedException {
    String[] words = {"exec", image.toString(), "true"};
    keep(words);
    isWarm(exec(words));
    Files.setLastModifiedTime(image, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    Outcome touched = exec(words);
    isCold(touched);
    touched.complains("'" + image + "' has changed since").ends(0);
    Files.copy(BusyboxImage.sif(), directory.resolve("other.sif"));
    Files.move(directory.resolve("other.sif"), image, StandardCopyOption.REPLACE_EXISTING);
    isCold(exec(words).ends(0));
    Files.delete(image);
    Outcome gone = exec(words);
    isCold(gone);
    gone.ends(125).complains("cannot open the image");
  }

  @Test
  void aLinkThatLeadsElsewhereIsPlannedAnew() throws IOException, InterruptedException {
    Path first = sandbox();
    Path second = directory.resolve("second");
    execute("cp", "-a", first.toString(), second.toString());
    Files.writeString(first.resolve("which"), "first\n");
    Files.writeString(second.resolve("which"), "second\n");
    Path link = Files.createSymbolicLink(directory.resolve("link"), first);
    String[] words = {"exec", link.toString(), "cat", "/which"};
    keep(words);
    Outcome warm = exec(words);
    isWarm(warm);
    warm.prints("first\n");
    Files.delete(link);
    Files.createSymbolicLink(link, second);
    Outcome cold = exec(words);
    isCold(cold);
    cold.prints("second\n");
  }

  @Test
  void aSandboxMayChange() throws IOException, InterruptedException {
    Path box = sandbox();
    String[] words = {"exec", box.toString(), "cat", "/etc/passwd"};
    keep(words);
    isWarm(exec(words));
    Files.writeString(box.resolve("etc/passwd"), "root:x:0:0:other:/root:/bin/sh\n");
    Outcome changed =
        exec(words).ends(0).printsAmongOthers(":other:").printsAmongOthers(USER.account());
    changed.complains("start: with Java, as '/etc/passwd' of the image has changed");
    isWarm(awaitWarm(words).printsAmongOthers(":other:"));
  }

  @Test
  void anEnvironmentScriptMayBegetWordsOfBash() throws IOException, InterruptedException {
    Path box = sandbox();
    Files.writeString(
        box.resolve("bin/bash"), "#!/bin/sh\nshift\nAS=bash; export AS; exec sh \"$@\"\n");
    Files.setPosixFilePermissions(
        box.resolve("bin/bash"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path script = box.resolve(".singularity.d/env/90-environment.sh");
    Files.createDirectories(script.resolveSibling(""));
    Files.writeString(script, "export A=1\n");
    String[] words = {"exec", box.toString(), "sh", "-c", "echo $A $AS"};
    keep(words);
    Outcome plain = exec(words).prints("1\n");
    isWarm(plain);
    Files.writeString(script, "export A=2 B=BASH\n");
    Outcome changed = exec(words).prints("2 bash\n");
    changed.complains("start: with Java, as '" + ENVIRONMENT + "' of the image has changed");
    isWarm(awaitWarm(words).prints("2 bash\n"));
    Files.setPosixFilePermissions(
        box.resolve("bin/bash"), PosixFilePermissions.fromString("rw-r--r--"));
    Outcome gone = exec(words).prints("2\n");
    isCold(gone);
  }

  private Outcome awaitWarm(String... words) throws InterruptedException {
    Outcome outcome = exec(words);
    for (int i = 0; i < 50 && !outcome.err().startsWith("start: warm"); i++) {
      Thread.sleep(50);
      outcome = exec(words);
    }
    return outcome;
  }

  @Test
  void whatIsBoundIsLookedAtEachTime() throws IOException, InterruptedException {
    Path source = directory.resolve("source");
    Files.writeString(source, "a file\n");
    String[] words = {"exec", "-B", source + ":/mnt/it", image.toString(), "cat", "/mnt/it"};
    keep(words);
    Files.writeString(source, "changed\n");
    Outcome warm = exec(words).prints("changed\n");
    isWarm(warm);
    Files.delete(source);
    Outcome gone = exec(words);
    gone.ends(125).complains("start: with Java, as tree(" + source + ") is -2 now");
    Files.createDirectory(source);
    isCold(exec(words).ends(1));
  }

  @Test
  void otherWordsVariablesOrDirectoriesAreOtherStarts() throws IOException, InterruptedException {
    String[] words = {"exec", image.toString(), "sh", "-c", "echo $A; pwd"};
    Map<String, String> set = variables("SKIFFENV_A", "1");
    keep(set, words);
    isWarm(start(set, words).prints("1\n" + directory + "\n"));
    Outcome other = start(variables("SKIFFENV_A", "2"), words);
    isCold(other);
    other.prints("2\n" + directory + "\n");
    isCold(start(variables("SKIFFENV_A", "1", "NEW", "x"), words));
    isCold(start(variables("SKIFFENV_A", "1", "PATH", "/usr/bin:/bin"), words));
    isCold(start(variables("SKIFFENV_A", "1", "HOME", "/tmp"), words));
    isCold(start(set, "exec", "--cleanenv", image.toString(), "true"));
    isCold(start(set, "run", image.toString(), "x"));
    List<String> elsewhere = new ArrayList<>(List.of(InstalledSkiff.command().toString()));
    elsewhere.addAll(List.of(words));
    Outcome moved = as(USER, Path.of("/tmp"), set, "", elsewhere);
    isCold(moved);
    moved.prints("1\n/tmp\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "/etc/group", "/etc/resolv.conf"})
  void tablesOfTheHostAreLookedAt(String file) throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of(file)), "there is no " + file);
    String script =
        """
        start() { # where its words go, file, uid, gid, home, skiff, image
          setpriv --reuid "$3" --regid "$4" --init-groups env "HOME=$5" "$6" exec "$7" true 2>"$1"
        }
        start first "$@"
        for i in 1 2 3 4 5 6 7 8 9 10; do
          sleep 0.1
          [ -e skiff-starts-$2/*-* ] && break
        done
        start second "$@"
        cp "$1" copy && chmod 644 copy && mount --bind copy "$1"
        start third "$@"
        cat first second third
        """;
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", script, "sh"));
    command.add(file);
    command.addAll(USER.ids());
    command.add(InstalledSkiff.command().toString());
    command.add(image.toString());
    Outcome outcome = as(HostUser.ROOT, directory, variables(), "", command).ends(0);
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).as(outcome.out() + outcome.err()).hasSize(3);
    assertThat(lines.get(0)).startsWith("start: with Java, ");
    assertThat(lines.get(1)).startsWith("start: warm, by ");
    assertThat(lines.get(2))
        .isEqualTo("start: with Java, as '" + file + "' has changed since the plan was kept");
  }

  @Test
  void anotherSkiffPlansAnew() throws IOException, InterruptedException {
    String[] words = {"exec", image.toString(), "true"};
    keep(words);
    Path library = InstalledSkiff.command().resolveSibling("../lib/skiff").normalize();
    Files.delete(Files.createFile(library.resolve("new.jar")));
    isCold(exec(words).ends(0));
  }

  @Test
  void whatSomebodyElseCouldHaveWrittenIsNotBelieved() throws IOException, InterruptedException {
    String[] words = {"exec", image.toString(), "true"};
    keep(words);
    isWarm(exec(words));
    Path file = keptFile();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept())))
        .isEqualTo("rwx------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw--w----"));
    isCold(exec(words).ends(0));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(kept(), PosixFilePermissions.fromString("rwxrwx---"));
    isCold(exec(words).ends(0));
    Files.setPosixFilePermissions(kept(), PosixFilePermissions.fromString("rwx------"));
    execute("chown", "0", kept().toString());
    isCold(exec(words).ends(0));
  }

  @Test
  void aSpoiltFileIsPassedOver() throws IOException, InterruptedException {
    String[] words = {"exec", image.toString(), "echo", "x"};
    keep(words);
    Path file = keptFile();
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1}) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      Files.write(file, part);
      isCold(start(variables(), "exec", image.toString(), "echo", "x").ends(0).prints("x\n"));
      for (int i = 0; i < 500 && Files.size(file) != whole.length; i++) {
        Thread.sleep(20); // it is kept anew beside the payload
      }
    }
  }

  @Test
  void aByteThatWentWrongIsNoticed() throws IOException, InterruptedException {
    String[] words = {"exec", image.toString(), "echo", "x"};
    keep(words);
    Path file = keptFile();
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf("SINGULARITY_ENVIRONMENT")] ^= 1; // in the payload's script
    Files.write(file, bytes);
    isCold(exec(words).ends(0).prints("x\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mkfifo -m 600", "ln -s moved", "mkdir -m 700"})
  void whatIsNoFileIsPassedOver(String making) throws IOException, InterruptedException {
    String[] words = {"exec", image.toString(), "echo", "x"};
    keep(words);
    Path file = keptFile();
    Files.move(file, file.resolveSibling("moved"));
    List<String> command = new ArrayList<>(List.of(making.split(" ")));
    command.add(file.toString());
    as(USER, kept(), Map.of(), "", command).ends(0);
    isCold(exec(words).ends(0).prints("x\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-plan-cache", "--explain-mounts", "-v", "--fakeroot", "--nv"})
  void someStartsAreNotKept(String option) throws InterruptedException, IOException {
    exec("exec", option, image.toString(), "true").ends(0);
    Thread.sleep(500);
    assertThat(count()).isZero();
  }

  @Test
  void aVariableTurnsItOff() throws InterruptedException, IOException {
    Map<String, String> off = variables("SKIFF_NO_PLAN_CACHE", "1");
    isCold(start(off, "exec", image.toString(), "true").ends(0));
    Thread.sleep(500);
    assertThat(count()).isZero();
  }

  @Test
  void withoutPerlJavaDoesAllOfIt() throws IOException {
    Map<String, String> variables = variables("PERL5OPT", "-Mno_such_module");
    Outcome outcome = start(variables, "exec", image.toString(), "sh", "-c", "echo $PERL5OPT");
    outcome.ends(0).prints("-Mno_such_module\n");
    assertThat(outcome.err()).isEmpty();
    assertThat(count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"start", "start-again", "start-with-java", "launch", "answer", "seen", "isolated"})
  void theProgramsAreStrict(String name) {
    String program = InstalledSkiff.command().resolveSibling("../libexec/skiff/" + name).toString();
    assertThat(execute("perl", "-Mstrict", "-Mwarnings", "-c", program)).contains("syntax OK");
  }
}
