package dev.skiff.cli.output;

import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildEvent.StepFinished;
import dev.skiff.builder.progress.BuildEvent.StepStarted;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.cli.output.Terminal.Kind;
import dev.skiff.cli.output.Terminal.Verbosity;
import java.time.Duration;

/// A build as lines on standard error. On a terminal the transfer that is under way is drawn over
/// in place; in a file each step has a line at its start and one at its end, and long transfers one
/// every ten seconds.
public final class BuildProgress implements BuildListener {

  private static final long DRAW_EVERY_NANOS = 100_000_000L;
  private static final long LINE_EVERY_NANOS = 10_000_000_000L;

  private final Terminal terminal;
  private String transfer = "";
  private long transferStart;
  private long lastDrawn;
  private boolean lineOpen;

  public BuildProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void on(BuildEvent event) {
    switch (event) {
      case StepStarted(int number, int total, String title) ->
          line("[%d/%d] %s".formatted(number, total, title));
      case StepFinished(int number, int total, _, Duration duration) ->
          line("[%d/%d] done in %s".formatted(number, total, seconds(duration)));
      case OutputLine(_, String text) -> line(text);
      case BytesMoved moved -> draw(moved);
      case Warned(var problem) -> {
        clear();
        terminal.warn(problem);
      }
    }
  }

  /// Leaves the cursor at the start of an empty line.
  public void clear() {
    if (lineOpen) {
      terminal.err().print("\r\033[K");
      terminal.err().flush();
      lineOpen = false;
    }
  }

  private void line(String text) {
    if (terminal.says(Verbosity.NORMAL)) {
      clear();
      terminal.err().println(text);
    }
  }

  private void draw(BytesMoved moved) {
    if (!terminal.says(Verbosity.NORMAL)) {
      return;
    }
    long now = System.nanoTime();
    if (!moved.what().equals(transfer)) {
      transfer = moved.what();
      transferStart = now;
      lastDrawn = now;
      return;
    }
    boolean live = terminal.kind() == Kind.LIVE;
    if (now - lastDrawn < (live ? DRAW_EVERY_NANOS : LINE_EVERY_NANOS)) {
      return;
    }
    lastDrawn = now;
    String text = "  " + amount(moved, now - transferStart);
    if (live) {
      terminal.err().print("\r" + text + "\033[K");
      terminal.err().flush();
      lineOpen = true;
    } else {
      terminal.err().println(text);
    }
  }

  private static String amount(BytesMoved moved, long nanos) {
    double rate = moved.doneBytes() * 1e9 / Math.max(1, nanos);
    String text = "%s %s".formatted(moved.what(), size(moved.doneBytes()));
    if (moved.totalBytes() > 0) {
      long left = (long) ((moved.totalBytes() - moved.doneBytes()) / Math.max(1, rate));
      text +=
          " of %s (%d%%), %d s left"
              .formatted(
                  size(moved.totalBytes()),
                  Math.min(100, moved.doneBytes() * 100 / moved.totalBytes()),
                  Math.max(0, left));
    }
    return text + ", %s/s".formatted(size((long) rate));
  }

  /// A number of bytes as people say it: `1.5 GB`.
  public static String size(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    double value = bytes;
    String unit = "B";
    for (String next : new String[] {"kB", "MB", "GB", "TB"}) {
      if (value < 1_000) {
        break;
      }
      value /= 1_000;
      unit = next;
    }
    return value < 10 ? "%.1f %s".formatted(value, unit) : "%.0f %s".formatted(value, unit);
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }
}
