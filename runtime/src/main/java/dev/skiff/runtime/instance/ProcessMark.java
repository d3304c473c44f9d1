package dev.skiff.runtime.instance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// One process for good: numbers are used again, a number with its start time is not.
///
/// @param pid as the host's /proc has it
/// @param startTicks when it started, in clock ticks since the machine did
/// @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
public record ProcessMark(long pid, long startTicks) {

  private static final int FIRST = 3; // of those behind the program's name
  private static final int STARTED = 22;
  private static final int LARGEST_LINE = 4096;

  /// A process that runs.
  ///
  /// @throws IOException when it does not
  static ProcessMark of(Path proc, String pid) throws IOException {
    try {
      long number = Long.parseLong(pid);
      return new ProcessMark(number, field(stat(proc, number), STARTED));
    } catch (NumberFormatException e) {
      throw new IOException("'" + pid + "' is no process", e);
    }
  }

  /// Whether it still runs.
  boolean isAlive(Path proc) {
    try {
      String[] fields = fields(stat(proc, pid));
      return !isEnded(fields) && number(fields, STARTED) == startTicks;
    } catch (IOException gone) {
      return false;
    }
  }

  /// Whether a process runs, whichever it is by now.
  static boolean runs(Path process) {
    try {
      return !isEnded(fields(process.resolve("stat")));
    } catch (IOException gone) {
      return false;
    }
  }

  /// Ended, and nobody has asked how.
  private static boolean isEnded(String[] fields) {
    return fields[0].equals("Z") || fields[0].equals("X");
  }

  private static Path stat(Path proc, long pid) {
    return proc.resolve(Long.toString(pid)).resolve("stat");
  }

  /// A field by its number in proc_pid_stat(5); those behind the program's name, which may hold
  /// anything.
  static long field(Path stat, int number) throws IOException {
    return number(fields(stat), number);
  }

  private static String[] fields(Path stat) throws IOException {
    try (InputStream in = Files.newInputStream(stat)) {
      String line = new String(in.readNBytes(LARGEST_LINE), StandardCharsets.ISO_8859_1);
      int end = line.lastIndexOf(')');
      String[] fields = line.substring(Math.min(line.length(), end + 2)).strip().split(" ", -1);
      if (end < 0 || fields.length <= STARTED - FIRST) {
        throw new IOException("'" + stat + "' is not in its format");
      }
      return fields;
    }
  }

  private static long number(String[] fields, int number) throws IOException {
    try {
      return Long.parseLong(fields[number - FIRST]);
    } catch (NumberFormatException e) {
      throw new IOException("'" + fields[number - FIRST] + "' is no number", e);
    }
  }
}
