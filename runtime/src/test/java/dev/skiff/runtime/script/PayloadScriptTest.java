package dev.skiff.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.runtime.request.EnvironmentRequest.Evaluation;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import dev.skiff.runtime.request.Verb;
import dev.skiff.runtime.script.EnvironmentScript.Otherwise;
import dev.skiff.runtime.script.EnvironmentScript.Setting;
import dev.skiff.runtime.script.EnvironmentScript.Start;
import dev.skiff.runtime.script.EnvironmentScript.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The scripts, carried out by real shells on a folder that plays an image.
final class PayloadScriptTest {

  @TempDir Path root;

  private final Map<String, String> host = new LinkedHashMap<>();
  private final List<Setting> settings = new ArrayList<>();
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final Map<String, String> fallbacks = new LinkedHashMap<>();
  private List<String> passed = List.of();
  private String app = "";
  private String shellName = "";
  private Start start = new Start("/", Otherwise.FAIL);

  /// A shell that may be the waiting one.
  enum Shell {
    DASH,
    BASH,
    BUSYBOX;

    List<String> command() {
      return switch (this) {
        case DASH -> List.of("dash");
        case BASH -> List.of("bash", "--posix");
        case BUSYBOX -> List.of("busybox", "sh");
      };
    }

    void assumePresent() {
      boolean present = false;
      for (String directory : List.of("/bin", "/usr/bin")) {
        present |= Files.isExecutable(Path.of(directory, command().getFirst()));
      }
      assumeTrue(present, command().getFirst() + " is not installed");
    }
  }

  /// What a run said.
  record Outcome(int status, String out, String err) {
    Map<String, String> variables() {
      Map<String, String> variables = new TreeMap<>();
      for (String entry : out.split("\0", -1)) {
        int equals = entry.indexOf('=');
        if (equals < 0) { // after the last one
          continue;
        }
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
      return variables;
    }
  }

  @BeforeEach
  void image() throws IOException {
    file("/.singularity.d/env/01-base.sh", "# nothing\n");
    file(
        "/.singularity.d/env/90-environment.sh",
        "export FOO=image SEEN_PATH=$PATH SEEN_HOST=${HOSTVAR-unset}\n");
    file(
        "/.singularity.d/env/99-base.sh",
        """
        if [ -z "${LD_LIBRARY_PATH:-}" ]; then
            LD_LIBRARY_PATH="/.singularity.d/libs"
        else
            LD_LIBRARY_PATH="$LD_LIBRARY_PATH:/.singularity.d/libs"
        fi
        if [ -z "${PS1:-}" ]; then
            PS1="Apptainer> "
        fi
        export LD_LIBRARY_PATH PS1
        """);
    host.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    host.put("HOSTVAR", "from host");
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void program(String path, String text) throws IOException {
    file(path, text);
    Files.setPosixFilePermissions(
        root.resolve(path.substring(1)), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void set(String name, String value, Evaluation evaluation) {
    settings.add(new Setting(new Variable(name, value), evaluation));
  }

  private Outcome run(Shell shell, Verb verb, String... words) throws Exception {
    shell.assumePresent();
    List<String> names = new ArrayList<>(host.keySet());
    EnvironmentScript environment =
        new EnvironmentScript(
            root.toString(),
            names,
            passed.isEmpty() ? names.stream().filter(n -> !n.equals("PATH")).toList() : passed,
            fallbacks,
            settings,
            facts,
            new User("/", 1000, 1001),
            start,
            app);
    ActionScript action =
        new ActionScript(root.toString(), verb, app, shellName, ActionScript.Remarks.SPOKEN);
    String text = "{\ncd /\nshift 2\n" + environment.text() + action.text() + "\n}\n";
    Path script = Files.writeString(root.resolve("payload"), text);
    List<String> command = new ArrayList<>(shell.command());
    // As the launcher does: the script comes through a file, the words are the shell's own.
    command.addAll(List.of("-c", ". " + script + "; exit 99", "sh", "exec", "IMAGE"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(host);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Path error = root.resolve("stderr");
    Process process = builder.redirectError(error.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out, Files.readString(error));
  }

  private Map<String, String> environment(Shell shell) throws Exception {
    Outcome outcome = run(shell, Verb.EXEC, "env", "-0");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    return outcome.variables();
  }

  @ParameterizedTest
  @EnumSource
  void theImageWinsOverTheHostAndStartsFromNothing(Shell shell) throws Exception {
    host.put("FOO", "host");
    assertThat(environment(shell))
        .containsEntry("FOO", "image")
        .containsEntry("SEEN_HOST", "unset")
        .containsEntry("HOSTVAR", "from host")
        .containsEntry("SEEN_PATH", EnvironmentScript.DEFAULT_PATH)
        .containsEntry("PATH", EnvironmentScript.DEFAULT_PATH)
        .containsEntry("HOME", "/")
        .containsEntry("LD_LIBRARY_PATH", "/.singularity.d/libs")
        .containsEntry("PS1", "Apptainer> ");
  }

  @ParameterizedTest
  @EnumSource
  void nothingOfTheScriptItselfReachesThePayload(Shell shell) throws Exception {
    host.put("GID", "host gid");
    set("A", "1", Evaluation.LITERAL);
    set("APPEND_PATH", "/b", Evaluation.LITERAL);
    assertThat(environment(shell).keySet())
        .filteredOn(name -> !name.equals("SHLVL") && !name.equals("_") && !name.equals("OLDPWD"))
        .containsExactly(
            "A",
            "FOO",
            "GID",
            "HOME",
            "HOSTVAR",
            "LD_LIBRARY_PATH",
            "PATH",
            "PROMPT_COMMAND",
            "PS1",
            "PWD",
            "SEEN_HOST",
            "SEEN_PATH");
  }

  @ParameterizedTest
  @EnumSource
  void hostValuesSurviveWhateverTheyHold(Shell shell) throws Exception {
    String odd = " a\nb\t$HOME `id` \"q\" 'q' \\ * é ";
    host.put("ODD", odd);
    host.put("UID", "host uid");
    host.put("IFS_LIKE", ":");
    Map<String, String> variables = environment(shell);
    assertThat(variables).containsEntry("ODD", odd);
    if (shell != Shell.BASH) { // where UID is the shell's own
      assertThat(variables).containsEntry("UID", "host uid");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostVariableThatTheImageEmptiesIsUnset(Shell shell) throws Exception {
    file("/.singularity.d/env/50-empty.sh", "export EMPTIED= OWN=\n");
    host.put("EMPTIED", "x");
    assertThat(environment(shell)).doesNotContainKey("EMPTIED").containsEntry("OWN", "");
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreTheInsideOfDoubleQuotes(Shell shell) throws Exception {
    set("A", "$UID", Evaluation.DOUBLE_QUOTED);
    set("B", "\"$UID\"", Evaluation.DOUBLE_QUOTED);
    set("C", "'$UID'", Evaluation.DOUBLE_QUOTED);
    set("D", "\\$UID", Evaluation.DOUBLE_QUOTED);
    set("E", "$(echo $GID)", Evaluation.DOUBLE_QUOTED);
    set("F", "it's", Evaluation.DOUBLE_QUOTED);
    set("G", "$FOO $A $HOSTVAR.", Evaluation.DOUBLE_QUOTED);
    set("H", "a\\", Evaluation.DOUBLE_QUOTED);
    set("I", "a\\nb \\x new\nline", Evaluation.DOUBLE_QUOTED);
    set("J", "${FOO:-x}; exit 3", Evaluation.DOUBLE_QUOTED);
    Map<String, String> variables = environment(shell);
    String uid = shell == Shell.BASH ? variables.get("A") : "1000"; // bash knows better
    assertThat(variables)
        .containsEntry("A", uid)
        .containsEntry("B", '"' + uid + '"')
        .containsEntry("C", "'" + uid + "'")
        .containsEntry("D", "$UID")
        .containsEntry("E", "1001")
        .containsEntry("F", "it's")
        .containsEntry("G", "image " + uid + " .")
        .containsEntry("H", "a\\")
        .containsEntry("I", "a\\nb \\x new\nline")
        .containsEntry("J", "image; exit 3");
  }

  @ParameterizedTest
  @EnumSource
  void literalValuesArriveUnchanged(Shell shell) throws Exception {
    List<String> values =
        List.of(
            "$UID", "\"$UID\"", "'$UID'", "\\$UID", "$(id -u)", "it's", "`id`", "a\nb", "\\", "");
    for (int i = 0; i < values.size(); i++) {
      set("V" + i, values.get(i), Evaluation.LITERAL);
    }
    Map<String, String> variables = environment(shell);
    for (int i = 0; i < values.size(); i++) {
      assertThat(variables).containsEntry("V" + i, values.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aValueThatIsNoShellTextIsAProblemOfThatValue(Shell shell) throws Exception {
    for (String value : List.of("$(unclosed", "`unclosed", "${unclosed", "a\" $(\"")) {
      settings.clear();
      set("BAD", value, Evaluation.DOUBLE_QUOTED);
      Outcome outcome = run(shell, Verb.EXEC, "env");
      assertThat(outcome.out()).as(value).isEmpty();
      assertThat(outcome.err()).as(value).contains("cannot set the variable 'BAD'", "--no-eval");
      assertThat(outcome.status()).as(value).isEqualTo(125);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEnvironmentScriptThatDoesNotParseLosesOnlyItself(Shell shell) throws Exception {
    file("/.singularity.d/env/10-docker2singularity.sh", "export X=1\nexport K=\"`oops\"\n");
    Outcome outcome = run(shell, Verb.EXEC, "env", "-0");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).contains("10-docker2singularity.sh");
    assertThat(outcome.variables()).containsEntry("FOO", "image");
  }

  @ParameterizedTest
  @EnumSource
  void environmentScriptsMayUseSourceAndChangeShellOptions(Shell shell) throws Exception {
    file("/more.sh", "export MORE=yes\n");
    file(
        "/.singularity.d/env/20-more.sh",
        "source " + root + "/more.sh\nset -- lost words\nset -eu\nIFS=x\n");
    assertThat(environment(shell)).containsEntry("MORE", "yes");
  }

  @ParameterizedTest
  @EnumSource
  void settingsWinOverTheImageAndFactsOverAll(Shell shell) throws Exception {
    facts.put("APPTAINER_NAME", "a'b.sif");
    file("/.singularity.d/env/95-late.sh", "SAW=$APPTAINER_NAME APPTAINER_NAME=lie\nexport SAW\n");
    set("FOO", "user", Evaluation.LITERAL);
    set("APPTAINER_NAME", "lie", Evaluation.LITERAL);
    assertThat(environment(shell))
        .containsEntry("FOO", "user")
        .containsEntry("SAW", "a'b.sif")
        .containsEntry("APPTAINER_NAME", "a'b.sif");
  }

  @ParameterizedTest
  @EnumSource
  void theSearchPathIsExtendedAndReplaced(Shell shell) throws Exception {
    set("PREPEND_PATH", "/a", Evaluation.DOUBLE_QUOTED);
    set("APPEND_PATH", "/b", Evaluation.DOUBLE_QUOTED);
    String extended = "/a:" + EnvironmentScript.DEFAULT_PATH + ":/b";
    assertThat(environment(shell)).containsEntry("PATH", extended);
    settings.clear();
    set("PATH", "$PATH:/x", Evaluation.DOUBLE_QUOTED);
    set("LD_LIBRARY_PATH", "/lib", Evaluation.DOUBLE_QUOTED);
    assertThat(environment(shell))
        .containsEntry("PATH", EnvironmentScript.DEFAULT_PATH + ":/x")
        .containsEntry("LD_LIBRARY_PATH", "/lib:/.singularity.d/libs");
    settings.clear();
    set("PATH", "/usr/bin", Evaluation.LITERAL);
    assertThat(environment(shell)).containsEntry("PATH", "/usr/bin");
  }

  @ParameterizedTest
  @EnumSource
  void aPathOfAnOciImageGetsTheMissingDirectories(Shell shell) throws Exception {
    file("/.singularity.d/env/10-docker2singularity.sh", "export PATH=\"/opt/bin:/usr/bin\"\n");
    assertThat(environment(shell))
        .containsEntry(
            "PATH", "/opt/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin");
  }

  @ParameterizedTest
  @EnumSource
  void anImageWithoutScriptsStillHasAPathAndTheSettings(Shell shell) throws Exception {
    for (String name : List.of("01-base.sh", "90-environment.sh", "99-base.sh")) {
      Files.delete(root.resolve(".singularity.d/env").resolve(name));
    }
    Files.delete(root.resolve(".singularity.d/env"));
    file("/environment", "export OLD=style\n");
    set("A", "1", Evaluation.LITERAL);
    assertThat(environment(shell))
        .containsEntry("OLD", "style")
        .containsEntry("A", "1")
        .containsEntry("LD_LIBRARY_PATH", "/.singularity.d/libs")
        .containsEntry("PATH", EnvironmentScript.DEFAULT_PATH);
  }

  @ParameterizedTest
  @EnumSource
  void onlyPassedVariablesComeBackAndFallbacksFillIn(Shell shell) throws Exception {
    host.put("TERM", "xterm");
    host.put("LANG", "de_DE.UTF-8");
    passed = List.of("TERM");
    fallbacks.put("LANG", "C");
    assertThat(environment(shell))
        .containsEntry("TERM", "xterm")
        .containsEntry("LANG", "C")
        .doesNotContainKey("HOSTVAR");
  }

  @ParameterizedTest
  @EnumSource
  void itStartsInItsDirectoryOrAtHomeWithAWarning(Shell shell) throws Exception {
    start = new Start(root.toString(), Otherwise.FAIL);
    assertThat(run(shell, Verb.EXEC, "pwd").out()).isEqualTo(root + "\n");
    start = new Start("/no/such", Otherwise.HOME);
    Outcome outcome = run(shell, Verb.EXEC, "pwd");
    assertThat(outcome.out()).isEqualTo("/\n");
    assertThat(outcome.err())
        .contains("Error changing the container working directory. Using '/' instead");
    start = new Start("/no/such", Otherwise.FAIL);
    outcome = run(shell, Verb.EXEC, "pwd");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("failed to set working directory", "'/no/such'");
  }

  @ParameterizedTest
  @EnumSource
  void wordsReachTheProgramExactly(Shell shell) throws Exception {
    Outcome outcome =
        run(shell, Verb.EXEC, "printf", "[%s]", "a b", "", "$HOME", "*", "'\"\\", "-e", "a\nb");
    assertThat(outcome.out()).isEqualTo("[a b][][$HOME]['\"\\][-e][a\nb]".replace("['", "[*]['"));
  }

  @ParameterizedTest
  @EnumSource
  void theExitStatusIsTheProgramsOwn(Shell shell) throws Exception {
    assertThat(run(shell, Verb.EXEC, "sh", "-c", "exit 42").status()).isEqualTo(42);
    assertThat(run(shell, Verb.EXEC, "sh", "-c", "kill -TERM $$").status()).isEqualTo(143);
  }

  @ParameterizedTest
  @EnumSource
  void aProgramThatCannotRunIsExplained(Shell shell) throws Exception {
    file("/plain", "text\n");
    program("/noloader", "#!/no/such/interpreter -x\n");
    expect(run(shell, Verb.EXEC, "nosuchcmd"), 127, "executable file not found in $PATH");
    expect(run(shell, Verb.EXEC, "/no/such"), 127, "stat /no/such: no such file or directory");
    expect(run(shell, Verb.EXEC, root + "/plain"), 126, "permission denied");
    expect(run(shell, Verb.EXEC, "/usr"), 126, "is a directory");
    expect(run(shell, Verb.EXEC, ""), 127, "the command is empty");
    Outcome outcome = run(shell, Verb.EXEC, root + "/noloader");
    assertThat(outcome.status()).isIn(126, 127);
    assertThat(outcome.err())
        .contains("its interpreter '/no/such/interpreter' is not in the image");
  }

  private static void expect(Outcome outcome, int status, String why) {
    assertThat(outcome.err()).contains("error: cannot run", "  why: ", "  fix: ", why);
    assertThat(outcome.status()).isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource
  void runStartsTheRunscriptWithItsArguments(Shell shell) throws Exception {
    program("/.singularity.d/runscript", "#!/bin/sh\necho \"run $# $2 $FOO\"\n");
    assertThat(run(shell, Verb.RUN, "a", "b c").out()).isEqualTo("run 2 b c image\n");
  }

  @ParameterizedTest
  @EnumSource
  void runWithoutARunscriptSaysSo(Shell shell) throws Exception {
    Outcome outcome = run(shell, Verb.RUN);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("neither a runscript nor /bin/sh");
    program("/bin/sh", "#!/bin/sh\necho fallback\n");
    outcome = run(shell, Verb.RUN);
    assertThat(outcome.out()).isEqualTo("fallback\n");
    assertThat(outcome.err()).contains("No runscript found in container, executing /bin/sh");
  }

  @ParameterizedTest
  @EnumSource
  void testStartsTheTestScriptOrSaysThatThereIsNone(Shell shell) throws Exception {
    Outcome outcome = run(shell, Verb.TEST);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).contains("No test script found in container, exiting");
    program("/.singularity.d/test", "#!/bin/sh\nexit 3\n");
    assertThat(run(shell, Verb.TEST).status()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void shellTakesTheAskedOneOrBashOrSh(Shell shell) throws Exception {
    program("/bin/sh", "#!/bin/sh\necho sh $#\n");
    assertThat(run(shell, Verb.SHELL, "ignored").out()).isEqualTo("sh 0\n");
    program("/bin/bash", "#!/bin/sh\necho bash $*\n");
    assertThat(run(shell, Verb.SHELL).out()).isEqualTo("bash --norc\n");
    shellName = "/bin/zsh";
    assertThat(run(shell, Verb.SHELL).err()).contains("the image has no /bin/zsh");
    program("/bin/zsh", "#!/bin/sh\necho zsh\n");
    assertThat(run(shell, Verb.SHELL).out()).isEqualTo("zsh\n");
  }

  @ParameterizedTest
  @EnumSource
  void anAppHasItsOwnScripts(Shell shell) throws Exception {
    app = "hello";
    expectApp(run(shell, Verb.EXEC, "true"), "Could not locate the container application: hello");
    program("/scif/apps/hello/lib/x", "");
    expectApp(run(shell, Verb.RUN), "no runscript for contained app: hello");
    program("/scif/apps/hello/scif/runscript", "#!/bin/sh\necho app $1\n");
    assertThat(run(shell, Verb.RUN, "a").out()).isEqualTo("app a\n");
    assertThat(run(shell, Verb.EXEC, "true").status()).isZero();
  }

  private static void expectApp(Outcome outcome, String why) {
    assertThat(outcome.err()).contains(why);
    assertThat(outcome.status()).isEqualTo(1);
  }
}
