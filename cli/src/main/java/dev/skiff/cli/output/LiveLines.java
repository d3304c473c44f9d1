package dev.skiff.cli.output;

import dev.skiff.definitions.problem.VisibleText;
import java.io.PrintStream;
import java.util.List;

/// The last lines of a terminal, which are drawn over in place.
final class LiveLines {

  /// Wrapping is off meanwhile: a line longer than the terminal could not be drawn over.
  private static final String WITHOUT_WRAPPING = "\033[?7l";

  private static final String WRAPPING = "\033[?7h";
  private static final String REST_OF_LINE = "\033[K";
  private static final String REST_OF_SCREEN = "\033[J";

  private final PrintStream err;
  private int drawn;

  LiveLines(PrintStream err) {
    this.err = err;
  }

  /// Draws over what was drawn before.
  void draw(List<String> lines) {
    StringBuilder text = new StringBuilder(back()).append(WITHOUT_WRAPPING);
    String between = "";
    for (String line : lines) {
      text.append(between).append(VisibleText.line(line)).append(REST_OF_LINE);
      between = "\r\n";
    }
    if (lines.size() < drawn) {
      text.append(REST_OF_SCREEN);
    }
    err.print(text.append(WRAPPING));
    err.flush();
    drawn = lines.size();
  }

  /// Takes away what was drawn; what is printed next stands in its place.
  void erase() {
    if (drawn > 0) {
      err.print(back() + (drawn > 1 ? REST_OF_SCREEN : REST_OF_LINE));
      err.flush();
      drawn = 0;
    }
  }

  private String back() {
    return drawn > 1 ? "\r\033[%dA".formatted(drawn - 1) : "\r";
  }
}
