package dev.skiff.cli.output;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.record.RunFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// What a run printed: two files, and marks that tell to the second how long both were. By the
/// marks the two are put together again, line by line. It is the user's own output, and not
/// changed.
///
/// @param oldest what is older is left out
/// @param timed whether each line begins with its time
public record JobLog(RunFiles files, Streams streams, Instant oldest, boolean timed) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());
  private static final int BUFFER = 1 << 16;

  /// Which of the two.
  public enum Streams {
    BOTH,
    OUT,
    ERR
  }

  /// All of it, as it is.
  public static JobLog of(RunFiles files) {
    return new JobLog(files, Streams.BOTH, Instant.MIN, false);
  }

  /// Only these streams.
  public JobLog only(Streams wanted) {
    return new JobLog(files, wanted, oldest, timed);
  }

  /// Only what was printed since.
  public JobLog since(Instant time) {
    return new JobLog(files, streams, time, timed);
  }

  /// With the time before each line.
  public JobLog withTimes() {
    return new JobLog(files, streams, oldest, true);
  }

  /// Whether there is anything to show.
  public boolean exists() {
    return Files.exists(files.out()) || Files.exists(files.err());
  }

  /// Writes it.
  public void show(OutputStream to) {
    try {
      LogMarks marks = LogMarks.read(files.marks());
      if (streams == Streams.BOTH && !timed && oldest.equals(Instant.MIN) && isEmpty(files.err())) {
        copy(files.out(), to);
      } else {
        merge(marks, to);
      }
      to.flush();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private ProblemException unreadable(IOException e) {
    return new ProblemException(
        new Problem(
            "cannot show the log in '%s'".formatted(files.directory()),
            String.valueOf(e.getMessage()),
            "see whether the file may be read: ls -lL " + files.out()));
  }

  private static boolean isEmpty(Path file) throws IOException {
    return !Files.exists(file) || Files.size(file) == 0;
  }

  private static void copy(Path file, OutputStream to) throws IOException {
    if (Files.exists(file)) {
      Files.copy(file, to);
    }
  }

  private void merge(LogMarks marks, OutputStream to) throws IOException {
    try (TimedLines out = open(Streams.OUT, files.out(), marks);
        TimedLines err = open(Streams.ERR, files.err(), marks)) {
      while (out.hasLine() || err.hasLine()) {
        TimedLines next = err.hasLine() && (!out.hasLine() || err.time() < out.time()) ? err : out;
        write(next, to);
      }
    }
  }

  private TimedLines open(Streams stream, Path file, LogMarks marks) throws IOException {
    boolean wanted = streams == Streams.BOTH || streams == stream;
    InputStream in =
        wanted && Files.exists(file)
            ? new BufferedInputStream(Files.newInputStream(file), BUFFER)
            : InputStream.nullInputStream();
    long last =
        wanted && Files.exists(file)
            ? Files.getLastModifiedTime(file).toInstant().getEpochSecond()
            : 0;
    return new TimedLines(in, marks, stream == Streams.OUT ? LogMarks.OUT : LogMarks.ERR, last);
  }

  private void write(TimedLines lines, OutputStream to) throws IOException {
    if (lines.time() >= oldest.getEpochSecond()) {
      if (timed) {
        to.write(stamp(Instant.ofEpochSecond(lines.time())));
      }
      to.write(lines.line());
    }
    lines.advance();
  }

  private static byte[] stamp(Instant time) {
    return (TIME.format(time) + " ").getBytes(StandardCharsets.UTF_8);
  }

  /// Shows it as it grows. What there is already is shown first, in its order.
  public Following follow(OutputStream to) {
    return new Following(to);
  }

  /// How far both files were shown.
  public final class Following {
    private final OutputStream to;
    private final Tail out = new Tail(files.out());
    private final Tail err = new Tail(files.err());
    private boolean begun;

    private Following(OutputStream to) {
      this.to = to;
    }

    /// Shows what was printed since the last call.
    public void showNew() {
      try {
        if (!begun && (timed || !oldest.equals(Instant.MIN))) {
          out.at = size(files.out());
          err.at = size(files.err());
          show(to);
        }
        begun = true;
        if (streams != Streams.ERR) {
          out.show(to, timed);
        }
        if (streams != Streams.OUT) {
          err.show(to, timed);
        }
        to.flush();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    /// Shows what came between the last look and the end.
    public void showRest() {
      showNew();
      try {
        out.showLast(to, timed);
        err.showLast(to, timed);
        to.flush();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private static long size(Path file) throws IOException {
      return Files.exists(file) ? Files.size(file) : 0;
    }
  }

  /// What one file grew by. It is opened anew each time, so that a network file system looks again.
  private static final class Tail {
    private final Path file;
    private long at;
    private final java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();

    Tail(Path file) {
      this.file = file;
    }

    void show(OutputStream to, boolean timed) throws IOException {
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        if (channel.size() < at) {
          at = 0; // it was truncated: by the job itself
        }
        channel.position(at);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (channel.read(buffer) > 0) {
          at += buffer.position();
          write(buffer.array(), buffer.position(), to, timed);
          buffer.clear();
        }
      } catch (NoSuchFileException e) {
        // nothing was printed yet
      }
    }

    private void write(byte[] bytes, int count, OutputStream to, boolean timed) throws IOException {
      if (!timed) {
        to.write(bytes, 0, count);
        return;
      }
      for (int i = 0; i < count; i++) {
        line.write(bytes[i]);
        if (bytes[i] == '\n') {
          showLast(to, timed);
        }
      }
    }

    void showLast(OutputStream to, boolean timed) throws IOException {
      if (timed && line.size() > 0) {
        to.write(stamp(Instant.now()));
        line.writeTo(to);
        line.reset();
      }
    }
  }
}
