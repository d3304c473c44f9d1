package dev.skiff.runtime.job.record;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// A job that somebody named, or one task of it.
///
/// @param task empty for the whole job
public record JobSelection(JobRecord record, OptionalInt task) {

  private static final int MOST_DIGITS = 7;

  /// The same job, one task of it.
  public JobSelection task(int number) {
    boolean known =
        record.request().array().map(array -> array.indices().contains(number)).orElse(false);
    if (!known) {
      throw JobProblems.noTask(record.name().text(), number);
    }
    return new JobSelection(record, OptionalInt.of(number));
  }

  /// Finds `slurm:123_4`, `123_4`, `123`.
  static Optional<JobSelection> byNumber(
      String reference, List<JobRecord> all, Predicate<JobRecord> counted) {
    int colon = reference.indexOf(':');
    String backend = colon < 0 ? "" : reference.substring(0, colon);
    String number = reference.substring(colon + 1);
    int underscore = number.indexOf('_');
    String id = underscore < 0 ? number : number.substring(0, underscore);
    if (id.isEmpty() || !isNumber(id)) {
      return Optional.empty();
    }
    List<JobRecord> found = numbered(backend, id, all, counted);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    JobSelection job = new JobSelection(found.getLast(), OptionalInt.empty());
    String task = underscore < 0 ? "" : number.substring(underscore + 1);
    if (task.isEmpty()) {
      return Optional.of(job);
    }
    return isNumber(task) && task.length() <= MOST_DIGITS
        ? Optional.of(job.task(Integer.parseInt(task)))
        : Optional.empty();
  }

  /// Several clusters may have a job of one number: then those that count.
  private static List<JobRecord> numbered(
      String backend, String id, List<JobRecord> all, Predicate<JobRecord> counted) {
    List<JobRecord> found =
        all.stream()
            .filter(job -> backend.isEmpty() || job.backend().equals(backend))
            .filter(job -> !backend.isEmpty() || !job.backend().equals("local"))
            .filter(job -> job.nativeId().split(" ", 2)[0].equals(id))
            .toList();
    List<JobRecord> meant = found.size() > 1 ? found.stream().filter(counted).toList() : List.of();
    return meant.isEmpty() ? found : meant;
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
