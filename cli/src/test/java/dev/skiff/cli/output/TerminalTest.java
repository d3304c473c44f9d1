package dev.skiff.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.cli.output.Terminal.Kind;
import dev.skiff.cli.output.Terminal.Verbosity;
import dev.skiff.definitions.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class TerminalTest {

  private static final String HOSTILE = "é\u001b[2Jb\u009b31m\u007f\rc\r\n\t\u202e\ud83d\ude00\0\n";
  private static final String SHOWN =
      "é\\u001b[2Jb\\u009b31m\\u007f\\u000dc\r\n\t\\u202e\ud83d\ude00\\u0000\n";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Terminal terminal(Kind kind) {
    return new Terminal(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        kind,
        Verbosity.NORMAL,
        kind);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(names = "PLAIN", mode = Mode.EXCLUDE)
  void noTerminalIsDriven(Kind kind) {
    Terminal terminal = terminal(kind);
    terminal.show(HOSTILE);
    terminal.show(bytes(HOSTILE));
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(SHOWN + SHOWN);
    terminal.tell("\u001bline");
    terminal.inform("\u001bline");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("\\u001bline\n".repeat(2));
  }

  @Test
  void aFileGetsEveryByte() throws IOException {
    Terminal terminal = terminal(Kind.PLAIN);
    terminal.show(HOSTILE);
    terminal.show(new byte[] {(byte) 0xff, 27});
    try (ResultBytes bytes = terminal.resultBytes()) {
      int _ = bytes.write(ByteBuffer.wrap(new byte[] {1, (byte) 0xfe, 27, 3}, 1, 2));
    }
    byte[] wanted = bytes(HOSTILE + "....");
    ByteBuffer.wrap(wanted, wanted.length - 4, 4)
        .put(new byte[] {(byte) 0xff, 27, (byte) 0xfe, 27});
    assertThat(out.toByteArray()).isEqualTo(wanted);
    terminal.tell("\u001bline");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("\u001bline\n");
  }

  @ParameterizedTest
  @EnumSource
  void problemsAreHarmlessEverywhere(Kind kind) {
    Terminal terminal = terminal(kind);
    terminal.fail(new Problem("\u001ba", "\u001bb", "\u001bc"));
    terminal.warn(new Problem("\u001ba", "\u001bb", "\u001bc"));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            error: \\u001ba
              why: \\u001bb
              fix: \\u001bc
            warning: \\u001ba
              why: \\u001bb
              fix: \\u001bc
            """);
  }

  @Test
  void bytesAreShownWhereverTheyAreCut() throws IOException {
    Random random = new Random(3);
    byte[] text = bytes(HOSTILE.repeat(20));
    for (int round = 0; round < 50; round++) {
      out.reset();
      try (ResultBytes bytes = terminal(Kind.DUMB).resultBytes()) {
        for (int at = 0; at < text.length; ) {
          int length = Math.min(random.nextInt(5), text.length - at);
          int _ = bytes.write(ByteBuffer.wrap(text, at, length));
          at += length;
        }
      }
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(SHOWN.repeat(20));
    }
  }

  @Test
  void bytesThatAreNoTextAreShownAsSuch() throws IOException {
    try (ResultBytes bytes = terminal(Kind.LIVE).resultBytes()) {
      int _ = bytes.write(ByteBuffer.wrap(new byte[] {'a', (byte) 0x9b, 'b', '\r'}));
      int _ = bytes.write(ByteBuffer.wrap(new byte[] {(byte) 0xf0, (byte) 0x9f}));
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\ufffdb\\u000d\ufffd");
  }

  @Test
  void aTerminalThatIsNotDrawnOnIsOneStill() {
    assertThat(terminal(Kind.LIVE).drawingNothing().kind()).isEqualTo(Kind.DUMB);
    assertThat(terminal(Kind.PLAIN).drawingNothing().kind()).isEqualTo(Kind.PLAIN);
  }
}
