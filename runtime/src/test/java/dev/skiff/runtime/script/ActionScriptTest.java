package dev.skiff.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.request.Verb;
import dev.skiff.runtime.script.PlayedImage.Outcome;
import dev.skiff.runtime.script.PlayedImage.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ActionScriptTest {

  @TempDir Path folder;
  private PlayedImage image;

  @BeforeEach
  void play() throws IOException {
    image = new PlayedImage(folder);
  }

  @ParameterizedTest
  @EnumSource
  void wordsReachTheProgramExactly(Shell shell) throws Exception {
    Outcome outcome =
        image.run(
            shell, Verb.EXEC, "printf", "[%s]", "a b", "", "$HOME", "*", "'\"\\", "-e", "a\nb");
    assertThat(outcome.out()).isEqualTo("[a b][][$HOME]['\"\\][-e][a\nb]".replace("['", "[*]['"));
  }

  @ParameterizedTest
  @EnumSource
  void theExitStatusIsTheProgramsOwn(Shell shell) throws Exception {
    assertThat(image.run(shell, Verb.EXEC, "sh", "-c", "exit 42").status()).isEqualTo(42);
    assertThat(image.run(shell, Verb.EXEC, "sh", "-c", "kill -TERM $$").status()).isEqualTo(143);
  }

  @ParameterizedTest
  @EnumSource
  void aProgramThatCannotRunIsExplained(Shell shell) throws Exception {
    image.file("/plain", "text\n");
    image.program("/noloader", "#!/no/such/interpreter -x\n");
    expect(image.run(shell, Verb.EXEC, "nosuchcmd"), 127, "executable file not found in $PATH");
    expect(
        image.run(shell, Verb.EXEC, "/no/such"), 127, "stat /no/such: no such file or directory");
    expect(image.run(shell, Verb.EXEC, image.root + "/plain"), 126, "permission denied");
    expect(image.run(shell, Verb.EXEC, "/usr"), 126, "is a directory");
    expect(image.run(shell, Verb.EXEC, ""), 127, "the command is empty");
    Outcome outcome = image.run(shell, Verb.EXEC, image.root + "/noloader");
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
    image.program("/.singularity.d/runscript", "#!/bin/sh\necho \"run $# $2 $FOO\"\n");
    assertThat(image.run(shell, Verb.RUN, "a", "b c").out()).isEqualTo("run 2 b c image\n");
  }

  @ParameterizedTest
  @EnumSource
  void runWithoutARunscriptSaysSo(Shell shell) throws Exception {
    Outcome outcome = image.run(shell, Verb.RUN);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("neither a runscript nor /bin/sh");
    image.program("/bin/sh", "#!/bin/sh\necho fallback\n");
    outcome = image.run(shell, Verb.RUN);
    assertThat(outcome.out()).isEqualTo("fallback\n");
    assertThat(outcome.err()).contains("No runscript found in container, executing /bin/sh");
  }

  @ParameterizedTest
  @EnumSource
  void testStartsTheTestScriptOrSaysThatThereIsNone(Shell shell) throws Exception {
    Outcome outcome = image.run(shell, Verb.TEST);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).contains("No test script found in container, exiting");
    image.program("/.singularity.d/test", "#!/bin/sh\nexit 3\n");
    assertThat(image.run(shell, Verb.TEST).status()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void shellTakesTheAskedOneOrBashOrSh(Shell shell) throws Exception {
    image.program("/bin/sh", "#!/bin/sh\necho sh $#\n");
    assertThat(image.run(shell, Verb.SHELL, "ignored").out()).isEqualTo("sh 0\n");
    image.program("/bin/bash", "#!/bin/sh\necho bash $*\n");
    assertThat(image.run(shell, Verb.SHELL).out()).isEqualTo("bash --norc\n");
    image.shellName = "/bin/zsh";
    assertThat(image.run(shell, Verb.SHELL).err()).contains("the image has no /bin/zsh");
    image.program("/bin/zsh", "#!/bin/sh\necho zsh\n");
    assertThat(image.run(shell, Verb.SHELL).out()).isEqualTo("zsh\n");
  }

  @ParameterizedTest
  @EnumSource
  void anAppHasItsOwnScripts(Shell shell) throws Exception {
    image.app = "hello";
    expectApp(
        image.run(shell, Verb.EXEC, "true"), "Could not locate the container application: hello");
    image.program("/scif/apps/hello/lib/x", "");
    expectApp(image.run(shell, Verb.RUN), "no runscript for contained app: hello");
    image.program("/scif/apps/hello/scif/runscript", "#!/bin/sh\necho app $1\n");
    assertThat(image.run(shell, Verb.RUN, "a").out()).isEqualTo("app a\n");
    assertThat(image.run(shell, Verb.EXEC, "true").status()).isZero();
  }

  private static void expectApp(Outcome outcome, String why) {
    assertThat(outcome.err()).contains(why);
    assertThat(outcome.status()).isEqualTo(1);
  }
}
