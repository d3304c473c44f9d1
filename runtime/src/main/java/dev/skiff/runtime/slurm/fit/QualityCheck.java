package dev.skiff.runtime.slurm.fit;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.script.UserScript;
import dev.skiff.runtime.slurm.cluster.Quality;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Holds a request against the quality of service that it names. Slurm takes jobs that ask for more
/// than theirs allows, and lets them wait for ever.
public final class QualityCheck {

  private QualityCheck() {}

  /// The quality of service that a job names; may be empty.
  public static String named(JobRequest request) {
    String said = request.placement().quality();
    return said.isEmpty() && request.workload() instanceof Workload.Script script
        ? UserScript.directive(script.directives(), "qos", 'q')
        : said;
  }

  /// Why the job can never run with this one; empty if it can, or nobody knows.
  ///
  /// @param name of the one that the job gets
  /// @param all that the cluster has
  public static Optional<Problem> of(JobRequest request, String name, List<Quality> all) {
    Optional<Quality> own = all.stream().filter(one -> one.name().equals(name)).findFirst();
    return own.flatMap(
        quality -> time(request, quality, all).or(() -> gpus(request, quality, all)));
  }

  private static Optional<Problem> time(JobRequest request, Quality own, List<Quality> all) {
    Optional<Duration> asked = request.limits().time();
    if (asked.isEmpty() || own.allows(asked.get())) {
      return Optional.empty();
    }
    Duration most = own.longest().orElseThrow();
    return problem(
        request,
        "the quality of service '%s' allows at most %s, and %s are asked for"
            .formatted(own.name(), JobAmounts.told(most), JobAmounts.told(asked.get())),
        "ask for less: -t %dm".formatted(most.toMinutes()),
        others(all, quality -> quality.allows(asked.get())));
  }

  private static Optional<Problem> gpus(JobRequest request, Quality own, List<Quality> all) {
    int asked = request.resources().gpus() * Math.max(1, request.resources().nodes());
    if (own.allows(asked)) {
      return Optional.empty();
    }
    return problem(
        request,
        "the quality of service '%s' allows at most %d GPUs, and %d are asked for"
            .formatted(own.name(), own.gpus().orElseThrow(), asked),
        "ask for less: -g " + own.gpus().orElseThrow(),
        others(all, quality -> quality.allows(asked)));
  }

  private static List<String> others(List<Quality> all, Predicate<Quality> allows) {
    return all.stream().filter(allows).map(Quality::name).toList();
  }

  private static Optional<Problem> problem(
      JobRequest request, String why, String less, List<String> others) {
    return Optional.of(
        new Problem(
            "cannot submit the job '%s'".formatted(request.name()),
            why,
            others.isEmpty()
                ? less
                : "%s, or, if you may use it: --qos %s"
                    .formatted(less, String.join(" or ", others))));
  }
}
