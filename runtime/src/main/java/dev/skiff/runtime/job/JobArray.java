package dev.skiff.runtime.job;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The tasks of a job that is many: `0-9`, `1,3,7`, `0-20:5`, and `%4` behind for how many at once.
///
/// @param indices ascending, each once
/// @param atOnce how many may run at the same time; 0 for all
public record JobArray(List<Integer> indices, int atOnce) {

  /// As many as Slurm's own MaxArraySize can be.
  private static final int MOST = 4_000_001;

  /// More than this at once are no longer one job.
  private static final int MOST_TASKS = 100_000;

  public JobArray {
    indices = List.copyOf(indices);
    if (indices.isEmpty()) {
      throw new IllegalArgumentException("an array has at least one task");
    }
  }

  /// Reads the form that Slurm reads.
  ///
  /// @throws IllegalArgumentException if the text is no such array; the message says why
  public static JobArray parse(String text) {
    int percent = text.indexOf('%');
    int atOnce = percent < 0 ? 0 : number(text.substring(percent + 1));
    if (percent >= 0 && atOnce == 0) {
      throw new IllegalArgumentException("'%0' lets no task run");
    }
    TreeSet<Integer> indices = new TreeSet<>();
    for (String part : (percent < 0 ? text : text.substring(0, percent)).split(",", -1)) {
      add(part, indices);
    }
    return new JobArray(new ArrayList<>(indices), atOnce);
  }

  private static void add(String part, TreeSet<Integer> indices) {
    int dash = part.indexOf('-');
    if (dash < 0) {
      indices.add(number(part));
      return;
    }
    int colon = part.indexOf(':', dash);
    int first = number(part.substring(0, dash));
    int last = number(part.substring(dash + 1, colon < 0 ? part.length() : colon));
    int step = colon < 0 ? 1 : number(part.substring(colon + 1));
    if (last < first || step == 0) {
      throw new IllegalArgumentException("'%s' goes nowhere".formatted(part));
    }
    if (indices.size() + (last - first) / step >= MOST_TASKS) {
      throw new IllegalArgumentException("it has more than %d tasks".formatted(MOST_TASKS));
    }
    for (int i = first; i <= last; i += step) {
      indices.add(i);
    }
  }

  private static int number(String text) {
    int value = -1;
    if (!text.isEmpty() && text.length() <= 7 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      value = Integer.parseInt(text);
    }
    if (value < 0 || value > MOST) {
      throw new IllegalArgumentException("'%s' is no number of a task".formatted(text));
    }
    return value;
  }

  /// The shortest text that `parse` reads back.
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < indices.size(); ) {
      int end = i;
      while (end + 1 < indices.size() && indices.get(end + 1) == indices.get(end) + 1) {
        end++;
      }
      text.append(text.isEmpty() ? "" : ",").append(indices.get(i));
      if (end > i) {
        text.append('-').append(indices.get(end));
      }
      i = end + 1;
    }
    return atOnce == 0 ? text.toString() : text.append('%').append(atOnce).toString();
  }
}
