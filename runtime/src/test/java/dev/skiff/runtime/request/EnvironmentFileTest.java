package dev.skiff.runtime.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnvironmentFileTest {

  private static List<Variable> parse(String text) {
    return EnvironmentFile.parse(Path.of("f.env"), text, Map.of("FOO", "host", "NONE", ""));
  }

  private static String value(String text) {
    return parse("V=" + text).getFirst().value();
  }

  @Test
  void theVariablesThatATextNamesAreKnownBeforeItIsRead() {
    String text = "A=$FOO B=${NONE:-$D} C='$E' $1 ${ $$FOO ${F:+x} \\$G $";
    assertThat(EnvironmentFile.variablesIn(text))
        .containsExactly("FOO", "NONE", "D", "E", "F", "G");
  }

  @Test
  void linesAreShellAssignments() {
    String text =
        """
        # comment
        F1=one
        export F2="two $F1"

        F3='$FOO' ; F4=\\$FOO
          F5="a
        b"
        F6=
        """;
    assertThat(parse(text))
        .containsExactly(
            new Variable("F1", "one"),
            new Variable("F2", "two one"),
            new Variable("F3", "$FOO"),
            new Variable("F4", "$FOO"),
            new Variable("F5", "a\nb"),
            new Variable("F6", ""));
  }

  @Test
  void variablesAreReplacedAsAShellDoes() {
    assertThat(value("$FOO")).isEqualTo("host");
    assertThat(value("${FOO}x$NOPE.")).isEqualTo("hostx.");
    assertThat(value("${NOPE:-a b}")).isEqualTo("a b");
    assertThat(value("\"${NONE:-d}${NONE-e}\"")).isEqualTo("d");
    assertThat(value("${FOO:+set}${NOPE+set}")).isEqualTo("set");
    assertThat(value("a$ 5".replace(" 5", ""))).isEqualTo("a$");
    assertThat(value("\"a\\\"b\\n\"")).isEqualTo("a\"b\\n");
    assertThat(value("a'b'\"c\"d")).isEqualTo("abcd");
  }

  @Test
  void nothingIsEverExecuted() {
    refused("A=$(id -u)", "could not execute \"id -u\": execution is disabled");
    refused("A=$((1+2))", "arithmetic is not understood");
    refused("A=`id`", "execution is disabled");
    refused("A=a b", "could not execute \"b\": execution is disabled");
    refused("A=1\nB", "line 2: could not execute \"B\"");
    refused("A=1; rm x", "could not execute \"rm\"");
  }

  @Test
  void whatIsNotClosedIsRefused() {
    refused("A='x", "a single quote is not closed");
    refused("A=\"x", "a double quote is not closed");
    refused("A=${X:-y", "a '${' is not closed");
    refused("A=${X%y}", "only ${NAME}");
    refused("A=" + "${A:-".repeat(40), "stand inside each other");
    refused("A=a|b", "'|' stands outside quotes");
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().why()).contains(why));
  }
}
