package dev.skiff.cli.output;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;

/// The last values of something that is between 0 and 100, drawn in one line.
public final class Sparkline {

  private static final String BARS = "▁▂▃▄▅▆▇█";

  private final Deque<Integer> values = new ArrayDeque<>();
  private final int width;

  /// Remembers as many values as it is wide.
  public Sparkline(int width) {
    this.width = width;
  }

  /// Adds the newest.
  public void add(int percent) {
    values.addLast(Math.clamp(percent, 0, 100));
    if (values.size() > width) {
      values.removeFirst();
    }
  }

  /// The oldest first.
  public String draw() {
    return values.stream()
        .map(value -> BARS.substring(value * 7 / 100, value * 7 / 100 + 1))
        .collect(Collectors.joining());
  }
}
