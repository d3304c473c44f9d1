package dev.skiff.runtime.slurm.explain;

import java.util.Optional;

/// Slurm's number of a job, or of one task of it.
///
/// @param job digits
/// @param task digits; empty for a whole job
public record SlurmJobId(String job, String task) {

  private static final int MOST_DIGITS = 12;

  public SlurmJobId {
    if (!isNumber(job) || !(task.isEmpty() || isNumber(task))) {
      throw new IllegalArgumentException("no number of a job: " + job + "_" + task);
    }
  }

  /// Reads `123`, `123_4`, `slurm:123_4`; what is no such number is empty.
  public static Optional<SlurmJobId> parse(String text) {
    String number = text.startsWith("slurm:") ? text.substring("slurm:".length()) : text;
    int line = number.indexOf('_');
    String job = line < 0 ? number : number.substring(0, line);
    String task = line < 0 ? "" : number.substring(line + 1);
    return isNumber(job) && (line < 0 || isNumber(task))
        ? Optional.of(new SlurmJobId(job, task))
        : Optional.empty();
  }

  /// Whether this is what `squeue` shows as that: `5_[1-3%1]` stands for tasks that wait.
  public boolean isIn(String shown) {
    int line = shown.indexOf('_');
    String base = line < 0 ? shown : shown.substring(0, line);
    return base.equals(job)
        && (task.isEmpty()
            || line < 0
            || shown.substring(line + 1).equals(task)
            || isTaskOf(shown));
  }

  /// Whether the task is among those of a list such as `5_[0,2-4%2]`.
  private boolean isTaskOf(String shown) {
    int open = shown.indexOf('[');
    int end = shown.indexOf(open < 0 ? ']' : shown.indexOf('%') < 0 ? ']' : '%');
    if (open < 0 || end < open) {
      return false;
    }
    long wanted = Long.parseLong(task);
    for (String range : shown.substring(open + 1, end).split(",", -1)) {
      String[] ends = range.split("-", 2);
      boolean numbers = isNumber(ends[0]) && isNumber(ends[ends.length - 1]);
      if (numbers
          && wanted >= Long.parseLong(ends[0])
          && wanted <= Long.parseLong(ends[ends.length - 1])) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// As Slurm's commands take it.
  @Override
  public String toString() {
    return task.isEmpty() ? job : job + "_" + task;
  }
}
