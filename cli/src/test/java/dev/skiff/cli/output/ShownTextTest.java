package dev.skiff.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.cli.output.Terminal.Kind;
import org.junit.jupiter.api.Test;

final class ShownTextTest {

  private static final String HOSTILE = "a\u001b[2Jb\u009b31m\u007f\rc\r\n\td\u202e\u2066é\0\n";

  @Test
  void aTerminalIsNotDriven() {
    assertThat(ShownText.of(HOSTILE, Kind.LIVE))
        .isEqualTo("a\\u001b[2Jb\\u009b31m\\u007f\\u000dc\r\n\td\\u202e\\u2066é\\u0000\n");
  }

  @Test
  void aFileGetsTheTextAsItIs() {
    assertThat(ShownText.of(HOSTILE, Kind.PLAIN)).isEqualTo(HOSTILE);
  }

  @Test
  void aLineOfADrawingStaysOne() {
    assertThat(ShownText.line("x\ny\tz\u001b")).isEqualTo("x\\u000ay\\u0009z\\u001b");
  }
}
