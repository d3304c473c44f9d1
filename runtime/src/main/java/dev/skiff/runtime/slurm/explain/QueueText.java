package dev.skiff.runtime.slurm.explain;

import dev.skiff.runtime.slurm.cluster.GpuCount;
import dev.skiff.runtime.slurm.cluster.SlurmTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What `squeue` is asked for, and how its answer is read. Fields are set apart by a control
/// character, because features have `|` in them and names have anything; the name stands last.
public final class QueueText {

  private static final String SEPARATOR = "\u001f";
  private static final List<String> FIELDS =
      List.of(
          "%i",
          "%T", "%r", "%P", "%u", "%l", "%C", "%m", "%D", "%b", "%f", "%E", "%S", "%V", "%e", "%Q",
          "%A", "%N", "%n", "%j");
  private static final int MOST_DIGITS = 12;

  private QueueText() {}

  /// For `squeue --noheader --format`.
  public static String format() {
    return String.join(SEPARATOR, FIELDS);
  }

  /// One job for each line; lines that are none are left out.
  ///
  /// @param text what `squeue` printed for `format()`
  public static List<QueuedJob> parse(String text) {
    List<QueuedJob> jobs = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] cells = line.split(SEPARATOR, FIELDS.size());
      if (cells.length == FIELDS.size()) {
        jobs.add(job(cells));
      }
    }
    return jobs;
  }

  private static QueuedJob job(String[] cells) {
    int nodes = (int) Math.max(1, number(cells[8]));
    QueuedJob.Need need =
        new QueuedJob.Need(
            nodes,
            (int) Math.max(1, (number(cells[6]) + nodes - 1) / nodes),
            megabytes(cells[7]),
            GpuCount.asked(said(cells[9])),
            said(cells[10]),
            said(cells[18]));
    return new QueuedJob(
        cells[0],
        cells[1],
        cells[2],
        Arrays.asList(cells[3].split(",", -1)),
        cells[4],
        SlurmTime.parse(cells[5]),
        need,
        said(cells[11]),
        time(cells[13]),
        time(cells[12]),
        time(cells[14]),
        number(cells[15]),
        cells[16],
        cells[17],
        cells[19]);
  }

  private static String said(String cell) {
    return cell.equals("(null)") || cell.equals("N/A") ? "" : cell;
  }

  private static Optional<Instant> time(String cell) {
    long seconds = number(cell);
    return seconds == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
  }

  /// 0 for what is no number.
  private static long number(String cell) {
    boolean digits = !cell.isEmpty() && cell.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits && cell.length() <= MOST_DIGITS ? Long.parseLong(cell) : 0;
  }

  /// `500M`, `1G`, `1.50T`, `0`.
  static long megabytes(String cell) {
    int end = cell.length();
    double unit = 1;
    if (end > 0 && "KMGT".indexOf(cell.charAt(end - 1)) >= 0) {
      unit = Math.pow(1024, "KMGT".indexOf(cell.charAt(end - 1)) - 1.0);
      end--;
    }
    String[] parts = cell.substring(0, end).split("\\.", 2);
    double value = number(parts[0]);
    if (parts.length == 2) {
      value += number(parts[1]) / Math.pow(10, parts[1].length());
    }
    return Math.round(value * unit);
  }
}
