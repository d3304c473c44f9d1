package dev.skiff.cli.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// The lines of one log, each with the second by which it had been written.
final class TimedLines implements AutoCloseable {

  /// A longer line comes in pieces.
  private static final int LONGEST = 1 << 20;

  private final InputStream in;
  private final LogMarks marks;
  private final int column;
  private final long last;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long end;
  private int mark;

  /// Reads to the end of the first line.
  ///
  /// @param column `LogMarks.OUT` or `ERR`
  /// @param last the time of what no mark tells of, seconds since 1970
  TimedLines(InputStream in, LogMarks marks, int column, long last) throws IOException {
    this.in = in;
    this.marks = marks;
    this.column = column;
    this.last = last;
    advance();
  }

  boolean hasLine() {
    return line.size() > 0;
  }

  /// The line with its end, if it has one.
  byte[] line() {
    return line.toByteArray();
  }

  /// Seconds since 1970.
  long time() {
    while (mark < marks.lines().size() && marks.lines().get(mark)[column] < end) {
      mark++;
    }
    return mark < marks.lines().size() ? marks.lines().get(mark)[0] : last;
  }

  void advance() throws IOException {
    line.reset();
    int c = in.read();
    while (c >= 0) {
      line.write(c);
      if (c == '\n' || line.size() >= LONGEST) {
        break;
      }
      c = in.read();
    }
    end += line.size();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
