package dev.skiff.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.request.Verb;
import dev.skiff.runtime.script.PlayedImage.Outcome;
import dev.skiff.runtime.script.PlayedImage.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Environment scripts with words that only bash knows, as people write them.
final class ShellOfImageTest {

  private static final String ENVIRONMENT = "/.singularity.d/env/90-environment.sh";

  @TempDir private Path directory = Path.of("/");

  private PlayedImage image() throws IOException {
    return new PlayedImage(directory);
  }

  @BeforeEach
  void putBashIntoTheImage() throws IOException {
    Shell.BASH.assumePresent();
    Files.createDirectories(directory.resolve("bin"));
    Files.createSymbolicLink(directory.resolve("bin/bash"), Path.of("/bin/bash"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[ a == a* ]] && export X=ok",
        "a=(no ok); export X=${a[1]}",
        "function f { echo ok; }; export X=$(f)",
        "  export X=${Y:-NO}; X=${X//NO/ok}",
        "X=OK; export X=${X,,}",
        "X=ook; export X=${X:1}",
        "export X=$(cat <<<ok)",
        "declare -x X=ok",
        "X=o; X+=k; export X",
        "((1 == 1)) && export X=ok",
        "let N=1+1; [ $N = 2 ] && export X=ok",
        "# a comment\n\nfor ((i = 0; i < 1; i++)); do export X=ok; done",
      })
  void wordsOfBashAreUnderstoodWhereTheImageHasBash(String line) throws Exception {
    PlayedImage image = image();
    image.file(ENVIRONMENT, "#!/bin/sh\n" + line + "\nexport END=1\n");
    assertThat(image.environment(Shell.DASH)).containsEntry("X", "ok").containsEntry("END", "1");
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void scriptsThatItReadsMayHaveThemToo(Shell shell) throws Exception {
    PlayedImage image = image();
    image.file("/opt/activate.sh", "list=(a b); export X=${list[1]}\n");
    image.file(ENVIRONMENT, "source " + directory + "/opt/activate.sh\n");
    assertThat(image.environment(shell)).containsEntry("X", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "export X=${Y:-/usr}/lib:${Y:+no}$((1 + 1))",
        "export PATH=/opt/conda/bin:$PATH",
        "export X=${Y}/bin; # [ a ]",
        "#source [[ ]]",
        "if [ -d /opt ]; then export X='a, b^c'; fi",
      })
  void whatEveryShellKnowsStartsNone(String line) throws Exception {
    PlayedImage image = image();
    Files.delete(directory.resolve("bin/bash"));
    image.program("/bin/bash", "#!/bin/sh\necho bash was started >&2\nexit 9\n");
    image.file(ENVIRONMENT, line + "\nexport END=1\n");
    assertThat(image.environment(Shell.DASH)).containsEntry("END", "1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((X = 1))",
        "a ((X))",
        ". /x",
        "x; . $Y/z",
        ". \"$X\"",
        "${X@Q}",
        "${!X}",
        "${X:1}",
        "${X[0]}",
        "export A=${B} C=${D%%x} E=${F^}",
        "cmd &>log",
        "mapfile X <f",
        "exec 3< <(true)",
        "#\n[[ a ]]",
      })
  void wordsOfBashAreSeen(String script) {
    assertThat(ShellOfImage.isWanted(script)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "${",
        "${X",
        "${X:",
        "X=$((1 + 2))",
        "A. B",
        "x . y",
        "# [[ ]]",
        "${X:-/a}${Y:+[b]}",
        "${X#/}${Y%,}",
        "echo a &",
        "X=`y`",
        "sources=1",
      })
  void whatIsNoneIsNotTakenForOne(String script) {
    assertThat(ShellOfImage.isWanted(script)).isFalse();
  }

  @Test
  void thePayloadIsTheSameInBash() throws Exception {
    PlayedImage image = image();
    image.file(ENVIRONMENT, "[[ 1 ]]; export END=1\n");
    image.host.put("LC_ALL", "xx_YY.UTF-8");
    image.file("/usr/lib/locale/C.utf8/x", "");
    Outcome outcome =
        image.run(
            Shell.DASH,
            Verb.EXEC,
            "sh",
            "-c",
            "echo \"$END $HOSTVAR $LC_ALL [$1]\"; exit 7",
            "x",
            "a  b'");
    assertThat(outcome.out()).isEqualTo("1 from host C.UTF-8 [a  b']\n");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isEqualTo(7);
  }

  @Test
  void withoutBashThereIsTheWaitingShell() throws Exception {
    PlayedImage image = image();
    Files.delete(directory.resolve("bin/bash"));
    image.file(ENVIRONMENT, "export END=1; [[ a ]] 2>/dev/null\n");
    assertThat(image.environment(Shell.DASH)).containsEntry("END", "1");
  }
}
