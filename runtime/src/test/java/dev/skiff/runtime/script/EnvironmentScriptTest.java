package dev.skiff.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.request.EnvironmentRequest.Evaluation;
import dev.skiff.runtime.request.Verb;
import dev.skiff.runtime.script.EnvironmentScript.Otherwise;
import dev.skiff.runtime.script.EnvironmentScript.Start;
import dev.skiff.runtime.script.PlayedImage.Outcome;
import dev.skiff.runtime.script.PlayedImage.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EnvironmentScriptTest {

  @TempDir Path folder;
  private PlayedImage image;

  @BeforeEach
  void play() throws IOException {
    image = new PlayedImage(folder);
  }

  @ParameterizedTest
  @EnumSource
  void theImageWinsOverTheHostAndStartsFromNothing(Shell shell) throws Exception {
    image.host.put("FOO", "host");
    assertThat(image.environment(shell))
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
    image.host.put("GID", "host gid");
    image.set("A", "1", Evaluation.LITERAL);
    image.set("APPEND_PATH", "/b", Evaluation.LITERAL);
    assertThat(image.environment(shell).keySet())
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
    image.host.put("ODD", odd);
    image.host.put("UID", "host uid");
    image.host.put("IFS_LIKE", ":");
    Map<String, String> variables = image.environment(shell);
    assertThat(variables).containsEntry("ODD", odd);
    if (shell != Shell.BASH) { // where UID is the shell's own
      assertThat(variables).containsEntry("UID", "host uid");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostVariableThatTheImageEmptiesIsUnset(Shell shell) throws Exception {
    image.file("/.singularity.d/env/50-empty.sh", "export EMPTIED= OWN=\n");
    image.host.put("EMPTIED", "x");
    assertThat(image.environment(shell)).doesNotContainKey("EMPTIED").containsEntry("OWN", "");
  }

  @ParameterizedTest
  @EnumSource
  void aSettingThatIsEmptyIsEmptyWhateverTheHostSays(Shell shell) throws Exception {
    image.host.put("A", "x");
    image.set("A", "", Evaluation.DOUBLE_QUOTED);
    assertThat(image.environment(shell)).containsEntry("A", "");
  }

  @ParameterizedTest
  @EnumSource
  void aCommandThatFailsInAValueLeavesItsPlaceEmpty(Shell shell) throws Exception {
    image.set("A", "<$(exit 3)>", Evaluation.DOUBLE_QUOTED);
    image.set("B", "$(exit 3)", Evaluation.DOUBLE_QUOTED);
    assertThat(image.environment(shell)).containsEntry("A", "<>").containsEntry("B", "");
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreTheInsideOfDoubleQuotes(Shell shell) throws Exception {
    image.set("A", "$UID", Evaluation.DOUBLE_QUOTED);
    image.set("B", "\"$UID\"", Evaluation.DOUBLE_QUOTED);
    image.set("C", "'$UID'", Evaluation.DOUBLE_QUOTED);
    image.set("D", "\\$UID", Evaluation.DOUBLE_QUOTED);
    image.set("E", "$(echo $GID)", Evaluation.DOUBLE_QUOTED);
    image.set("F", "it's", Evaluation.DOUBLE_QUOTED);
    image.set("G", "$FOO $A $HOSTVAR.", Evaluation.DOUBLE_QUOTED);
    image.set("H", "a\\", Evaluation.DOUBLE_QUOTED);
    image.set("I", "a\\nb \\x new\nline", Evaluation.DOUBLE_QUOTED);
    image.set("J", "${FOO:-x}; exit 3", Evaluation.DOUBLE_QUOTED);
    Map<String, String> variables = image.environment(shell);
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
      image.set("V" + i, values.get(i), Evaluation.LITERAL);
    }
    Map<String, String> variables = image.environment(shell);
    for (int i = 0; i < values.size(); i++) {
      assertThat(variables).containsEntry("V" + i, values.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aValueThatIsNoShellTextIsAProblemOfThatValue(Shell shell) throws Exception {
    for (String value : List.of("$(unclosed", "`unclosed", "${unclosed", "a\" $(\"")) {
      image.settings.clear();
      image.set("BAD", value, Evaluation.DOUBLE_QUOTED);
      Outcome outcome = image.run(shell, Verb.EXEC, "env");
      assertThat(outcome.out()).as(value).isEmpty();
      assertThat(outcome.err()).as(value).contains("cannot set the variable 'BAD'", "--no-eval");
      assertThat(outcome.status()).as(value).isEqualTo(125);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEnvironmentScriptThatDoesNotParseLosesOnlyItself(Shell shell) throws Exception {
    image.file("/.singularity.d/env/10-docker2singularity.sh", "export X=1\nexport K=\"`oops\"\n");
    Outcome outcome = image.run(shell, Verb.EXEC, "env", "-0");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).contains("10-docker2singularity.sh");
    assertThat(outcome.variables()).containsEntry("FOO", "image");
  }

  @ParameterizedTest
  @EnumSource
  void whatAnEnvironmentScriptMakesReadOnlyStaysAsItIs(Shell shell) throws Exception {
    String fixed = "PATH=/opt/own:/usr/bin:/bin HOME=/nowhere FIXED=image EMPTY= PS1=own";
    String names = "PATH HOME FIXED EMPTY UNSET GID PS1 PROMPT_COMMAND";
    image.file(
        "/.singularity.d/env/10-docker2singularity.sh",
        "export " + fixed + "\nreadonly " + names + "\n");
    image.file("/.singularity.d/env/50-later.sh", "export LATER=yes\n");
    image.host.put("UNSET", "host");
    image.host.put("EMPTY", "host");
    image.set("FIXED", "asked", Evaluation.LITERAL);
    image.set("APPEND_PATH", "/b", Evaluation.LITERAL);
    image.set("AFTER", "$FIXED", Evaluation.DOUBLE_QUOTED);
    Outcome outcome = image.run(shell, Verb.EXEC, "env", "-0");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.variables())
        .containsEntry("PATH", "/opt/own:/usr/bin:/bin")
        .containsEntry("HOME", "/nowhere")
        .containsEntry("FIXED", "image")
        .containsEntry("LATER", "yes")
        .containsEntry("AFTER", "image");
    assertThat(outcome.err())
        .isEqualTo(
            """
            warning: the variable 'FIXED' stays as the image has it
              why: an environment script of the image makes it readonly
              fix: leave FIXED out, or build the image without that readonly
            """);
  }

  @ParameterizedTest
  @EnumSource
  void environmentScriptsMayUseSourceAndChangeShellOptions(Shell shell) throws Exception {
    image.file("/more.sh", "export MORE=yes\n");
    image.file(
        "/.singularity.d/env/20-more.sh",
        "source " + image.root + "/more.sh\nset -- lost words\nset -eu\nIFS=x\n");
    assertThat(image.environment(shell)).containsEntry("MORE", "yes");
  }

  @ParameterizedTest
  @EnumSource
  void settingsWinOverTheImageAndFactsOverAll(Shell shell) throws Exception {
    image.facts.put("APPTAINER_NAME", "a'b.sif");
    image.file(
        "/.singularity.d/env/95-late.sh", "SAW=$APPTAINER_NAME APPTAINER_NAME=lie\nexport SAW\n");
    image.set("FOO", "user", Evaluation.LITERAL);
    image.set("APPTAINER_NAME", "lie", Evaluation.LITERAL);
    assertThat(image.environment(shell))
        .containsEntry("FOO", "user")
        .containsEntry("SAW", "a'b.sif")
        .containsEntry("APPTAINER_NAME", "a'b.sif");
  }

  @ParameterizedTest
  @EnumSource
  void theSearchPathIsExtendedAndReplaced(Shell shell) throws Exception {
    image.set("PREPEND_PATH", "/a", Evaluation.DOUBLE_QUOTED);
    image.set("APPEND_PATH", "/b", Evaluation.DOUBLE_QUOTED);
    String extended = "/a:" + EnvironmentScript.DEFAULT_PATH + ":/b";
    assertThat(image.environment(shell)).containsEntry("PATH", extended);
    image.settings.clear();
    image.set("PATH", "$PATH:/x", Evaluation.DOUBLE_QUOTED);
    image.set("LD_LIBRARY_PATH", "/lib", Evaluation.DOUBLE_QUOTED);
    assertThat(image.environment(shell))
        .containsEntry("PATH", EnvironmentScript.DEFAULT_PATH + ":/x")
        .containsEntry("LD_LIBRARY_PATH", "/lib:/.singularity.d/libs");
    image.settings.clear();
    image.set("PATH", "/usr/bin", Evaluation.LITERAL);
    assertThat(image.environment(shell)).containsEntry("PATH", "/usr/bin");
  }

  @ParameterizedTest
  @EnumSource
  void aPathOfAnOciImageGetsTheMissingDirectories(Shell shell) throws Exception {
    image.file(
        "/.singularity.d/env/10-docker2singularity.sh", "export PATH=\"/opt/bin:/usr/bin\"\n");
    assertThat(image.environment(shell))
        .containsEntry(
            "PATH", "/opt/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin");
  }

  @ParameterizedTest
  @EnumSource
  void anImageWithoutScriptsStillHasAPathAndTheSettings(Shell shell) throws Exception {
    for (String name : List.of("01-base.sh", "90-environment.sh", "99-base.sh")) {
      Files.delete(image.root.resolve(".singularity.d/env").resolve(name));
    }
    Files.delete(image.root.resolve(".singularity.d/env"));
    image.file("/environment", "export OLD=style\n");
    image.set("A", "1", Evaluation.LITERAL);
    assertThat(image.environment(shell))
        .containsEntry("OLD", "style")
        .containsEntry("A", "1")
        .containsEntry("LD_LIBRARY_PATH", "/.singularity.d/libs")
        .containsEntry("PATH", EnvironmentScript.DEFAULT_PATH);
  }

  @ParameterizedTest
  @EnumSource
  void onlyPassedVariablesComeBackAndFallbacksFillIn(Shell shell) throws Exception {
    image.host.put("TERM", "xterm");
    image.host.put("LANG", "de_DE.UTF-8");
    image.passed = List.of("TERM");
    image.fallbacks.put("LANG", "C");
    assertThat(image.environment(shell))
        .containsEntry("TERM", "xterm")
        .containsEntry("LANG", "C")
        .doesNotContainKey("HOSTVAR");
  }

  @ParameterizedTest
  @EnumSource
  void itStartsThereWhereverScriptsGo(Shell shell) throws Exception {
    image.start = new Start(image.root.toString(), Otherwise.FAIL);
    image.file("/.singularity.d/env/20-elsewhere.sh", "cd /usr && HERE=$PWD && export HERE\n");
    assertThat(image.run(shell, Verb.EXEC, "pwd").out()).isEqualTo(image.root + "\n");
    assertThat(image.environment(shell))
        .containsEntry("HERE", "/usr")
        .containsEntry("PWD", image.root.toString())
        .doesNotContainKeys("OLDPWD", "skiff_start");
  }

  @ParameterizedTest
  @EnumSource
  void itStartsInItsDirectoryOrAtHomeWithAWarning(Shell shell) throws Exception {
    image.start = new Start(image.root.toString(), Otherwise.FAIL);
    assertThat(image.run(shell, Verb.EXEC, "pwd").out()).isEqualTo(image.root + "\n");
    image.start = new Start("/no/such", Otherwise.HOME);
    Outcome outcome = image.run(shell, Verb.EXEC, "pwd");
    assertThat(outcome.out()).isEqualTo("/\n");
    assertThat(outcome.err())
        .contains("Error changing the container working directory. Using '/' instead");
    image.start = new Start("/no/such", Otherwise.FAIL);
    outcome = image.run(shell, Verb.EXEC, "pwd");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("failed to set working directory", "'/no/such'");
  }
}
