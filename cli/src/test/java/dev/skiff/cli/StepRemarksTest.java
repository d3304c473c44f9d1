package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StepRemarksTest {

  private static String shown(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StepRemarks.copy(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "srun: error: n1: task 0: Exited with exit code 3\n",
        "srun: error: n1: task 0: Exited with exit code 3",
        "srun: error: n1: task 0: Exited with exit code 3\r\n"
      })
  void theStatusIsNotSaidTwice(String line) throws IOException {
    assertThat(shown("before\n" + line)).isEqualTo("before\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "srun: er",
        "prompt> ",
        "a\nsrun: error: Unable to create step for job 5: Job/step already completing\nb\n",
        "said: srun: error: n1: task 0: Exited with exit code 3\n",
        "srun: error: n1: task 0: Killed\n",
        "\u00e9\u00ff\u0000\n\n\nlast"
      })
  void allElseGoesThrough(String text) throws IOException {
    assertThat(shown(text)).isEqualTo(text);
  }
}
