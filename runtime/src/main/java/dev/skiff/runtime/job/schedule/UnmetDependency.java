package dev.skiff.runtime.job.schedule;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.Dependency;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobStore;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/// Finds the job whose end kept another from ever starting. A scheduler takes such a job out of its
/// queue and forgets it: the records alone tell what became of it.
///
/// @param ended how a run ended, as far as its files tell
record UnmetDependency(
    JobStore store, BiFunction<JobRecord, OptionalInt, Optional<JobStatus>> ended) {

  private static final int LONGEST_CHAIN = 50;

  /// The name of the job that ended otherwise than this one waits for; empty if none is known.
  Optional<String> of(JobRecord record) {
    return of(record, LONGEST_CHAIN);
  }

  private Optional<String> of(JobRecord record, int links) {
    for (Dependency dependency : record.request().after()) {
      Optional<JobRecord> other = find(dependency.job());
      if (other.isPresent() && isUnmet(dependency.when(), other.get(), links)) {
        return Optional.of(other.get().name().text());
      }
    }
    return Optional.empty();
  }

  private Optional<JobRecord> find(String reference) {
    try {
      return Optional.of(store.find(reference).record());
    } catch (ProblemException e) {
      return Optional.empty(); // its record is gone, or there never was one
    }
  }

  private boolean isUnmet(Dependency.When when, JobRecord other, int links) {
    List<Optional<JobStatus>> ends =
        tasks(other).stream().map(task -> ended.apply(other, task)).toList();
    boolean known = ends.stream().allMatch(Optional::isPresent);
    boolean well =
        ends.stream().flatMap(Optional::stream).allMatch(status -> status.exitStatus() == 0);
    return switch (when) {
      case ANY -> false;
      case OK -> !well || (!known && neverStarted(other, links));
      case FAIL -> known && well;
    };
  }

  private boolean neverStarted(JobRecord other, int links) {
    boolean started =
        tasks(other).stream().anyMatch(task -> Files.exists(store.files(other, task).start()));
    return links > 0 && !started && of(other, links - 1).isPresent();
  }

  private static List<OptionalInt> tasks(JobRecord record) {
    return record
        .request()
        .array()
        .map(array -> array.indices().stream().map(OptionalInt::of).toList())
        .orElseGet(() -> List.of(OptionalInt.empty()));
  }
}
