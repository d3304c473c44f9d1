package dev.skiff.builder.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OciScriptsTest {

  @TempDir private Path directory = Path.of("/");

  private String run(
      Map<String, String> environment, List<String> entrypoint, List<String> cmd, String... words)
      throws IOException, InterruptedException {
    Path script = directory.resolve("runscript");
    Files.writeString(script, OciScripts.runscript(entrypoint, cmd));
    List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
    command.addAll(List.of(words));
    return output(environment, command);
  }

  private static String output(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isBetween(0, 1);
    return output;
  }

  private static final List<String> PRINT = List.of("printf", "<%s>");
  private static final List<String> WORDS = List.of("it's", "a \"b\" $c `d` \\");

  @Test
  void argumentsFollowTheEntryPoint() throws Exception {
    assertThat(run(Map.of(), PRINT, List.of(), "a b", "$HOME")).isEqualTo("<a b><$HOME>");
  }

  @Test
  void argumentsReplaceTheCommand() throws Exception {
    assertThat(run(Map.of(), List.of(), List.of("printf", "<%s>", "x"))).isEqualTo("<x>");
    assertThat(run(Map.of(), List.of(), List.of("printf", "<%s>", "x"), "echo", "y"))
        .isEqualTo("y\n");
    assertThat(run(Map.of(), PRINT, WORDS)).isEqualTo("<it's><a \"b\" $c `d` \\>");
    assertThat(run(Map.of(), PRINT, WORDS, "-x", "", "$(id)")).isEqualTo("<-x><><$(id)>");
  }

  @Test
  void withoutEitherTheArgumentsAreTheCommand() throws Exception {
    assertThat(run(Map.of(), List.of(), List.of(), "echo", "a")).isEqualTo("a\n");
    assertThat(run(Map.of(), List.of(), List.of())).contains("neither an entrypoint nor a command");
  }

  @Test
  void argumentsAreEvaluatedOnlyBehindTheSwitch() throws Exception {
    Map<String, String> eval = Map.of("SKIFF_EVAL", "1", "V", "value");
    assertThat(run(eval, PRINT, List.of(), "$V", "a  b")).isEqualTo("<value><a  b>");
    assertThat(run(eval, PRINT, WORDS)).isEqualTo("<it's><a \"b\" $c `d` \\>");
    Map<String, String> both = Map.of("SKIFF_EVAL", "1", "SINGULARITY_NO_EVAL", "1", "V", "v");
    assertThat(run(both, PRINT, List.of(), "$V")).isEqualTo("<$V>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash", "busybox"})
  void variablesAreLiteralInEveryShell(String shell) throws Exception {
    List<String> env =
        List.of(
            "PATH=/usr/bin:/bin:/a b",
            "A=v",
            "D=cost $5 ${HOME}",
            "Q=a \"b\" 'c'",
            "B=a`id`b",
            "S=back\\slash",
            "C=x}y{",
            "N=one\ntwo",
            "G=*  ?",
            "EMPTY=",
            "1BAD=x");
    OciScripts.EnvironmentScript script = OciScripts.environment(env);
    assertThat(script.skippedNames()).containsExactly("1BAD");
    Path file = Files.writeString(directory.resolve("env.sh"), script.text());
    String print =
        ". %s; for v in \"$A\" \"$D\" \"$Q\" \"$B\" \"$S\" \"$C\" \"$N\" \"$G\" \"$PATH\"; do printf '<%%s>' \"$v\"; done"
            .formatted(file);
    List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-u", "A", shell));
    command.addAll(shell.equals("busybox") ? List.of("sh", "-c", print) : List.of("-c", print));
    assertThat(output(Map.of(), command))
        .isEqualTo(
            "<v><cost $5 ${HOME}><a \"b\" 'c'><a`id`b><back\\slash><x}y{><one\ntwo><*  ?></usr/bin:/bin:/a b>");
  }

  @Test
  void aValueThatIsThereStays() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("env.sh"),
            OciScripts.environment(List.of("A=image", "Q='q'")).text());
    assertThat(
            output(
                Map.of("A", "mine", "Q", "own"), List.of("sh", "-c", ". " + file + "; echo $A $Q")))
        .isEqualTo("mine own\n");
  }
}
