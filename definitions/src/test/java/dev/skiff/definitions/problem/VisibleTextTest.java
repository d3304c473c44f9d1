package dev.skiff.definitions.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class VisibleTextTest {

  private static final String HOSTILE = "a\u001b[2Jb\u009b31m\u007f\rc\r\n\td\u202e\u2066é\0\n";

  @Test
  void linesStayAndTheRestIsShown() {
    assertThat(VisibleText.lines(HOSTILE))
        .isEqualTo("a\\u001b[2Jb\\u009b31m\\u007f\\u000dc\r\n\td\\u202e\\u2066é\\u0000\n");
    assertThat(VisibleText.lines("é\tb\n")).isEqualTo("é\tb\n");
  }

  @Test
  void aLineStaysOne() {
    assertThat(VisibleText.line("x\ny\tz\u001b")).isEqualTo("x\\u000ay\\u0009z\\u001b");
  }

  @Test
  void aProblemDrivesNoTerminalAndFakesNoLine() {
    Problem problem =
        new Problem("cannot read 'a\n  fix: b'", "it is\u001b]0;x\u0007\nodd", "\u009bno\tthing");
    assertThat(problem.render("warning"))
        .isEqualTo(
            """
            warning: cannot read 'a\\u000a  fix: b'
              why: it is\\u001b]0;x\\u0007
                   odd
              fix: \\u009bno	thing
            """);
  }

  @Test
  void caretsStandUnderWhatIsShown() {
    SourceSpan span = new SourceSpan("x\u001b.def", 7, 4, 3, "\ta\u001bb\u001bcd");
    assertThat(new Problem("a", "b", "c", Optional.of(span)).render())
        .startsWith(
            """
            error: a
              --> x\\u001b.def:7:4
              7 | 	a\\u001bb\\u001bcd
                | 	       ^^^^^^^^
            """);
    SourceSpan behind = new SourceSpan("x.def", 7, 3, 2, "ab");
    assertThat(new Problem("a", "b", "c", Optional.of(behind)).render())
        .contains("  7 | ab\n    |   ^^\n");
  }
}
