package dev.skiff.runtime.slurm.fit;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.Partition;
import dev.skiff.runtime.slurm.cluster.Quality;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Holds a request against the qualities of service that it comes under: that of the job, named or
/// given by the site, and that of its partition. Slurm takes jobs that ask for more than theirs
/// allow, and lets them wait for ever.
///
/// @param all that the cluster has
/// @param ofPartitions names of those of the partitions that the job may run in; empty texts where
///   a partition has none
public record QualityCheck(JobRequest request, List<Quality> all, List<String> ofPartitions) {

  /// What a job comes under.
  ///
  /// @param name may be empty
  /// @param isNamed whether the job says so itself
  /// @param usable those that it may name; empty if nobody knows
  public record Own(String name, boolean isNamed, List<String> usable) {
    public Own {
      usable = List.copyOf(usable);
    }
  }

  public QualityCheck {
    all = List.copyOf(all);
    ofPartitions = ofPartitions.isEmpty() ? List.of("") : List.copyOf(ofPartitions);
  }

  /// The check of a job on a cluster.
  public static QualityCheck of(JobRequest request, List<Quality> all, Optional<Cluster> cluster) {
    return new QualityCheck(
        request, all, partitions(request, cluster).map(Partition::quality).toList());
  }

  private static Stream<Partition> partitions(JobRequest request, Optional<Cluster> cluster) {
    List<String> names = Asked.queues(request);
    return names.isEmpty()
        ? cluster.flatMap(Cluster::defaultPartition).stream()
        : names.stream().flatMap(name -> cluster.flatMap(one -> one.partition(name)).stream());
  }

  /// The partition that a job goes to; empty if nobody can tell.
  public static String partition(JobRequest request, Optional<Cluster> cluster) {
    return partitions(request, cluster).map(Partition::name).findFirst().orElse("");
  }

  /// The quality of service that a job names; may be empty.
  public static String named(JobRequest request) {
    return Asked.quality(request);
  }

  /// The account that a job names; may be empty.
  public static String account(JobRequest request) {
    return Asked.account(request);
  }

  /// Whether it matters which one the job comes under.
  public boolean matters() {
    return all.stream().anyMatch(one -> problem(new Own(one.name(), true, List.of())).isPresent());
  }

  /// Why the job can never run; empty if it can, or nobody knows.
  public Optional<Problem> problem(Own own) {
    List<Optional<Problem>> problems =
        ofPartitions.stream().map(partition -> problem(own, partition)).toList();
    return problems.stream().allMatch(Optional::isPresent) ? problems.getFirst() : Optional.empty();
  }

  /// Of two limits that of the partition counts, unless the other was made to outdo it, which
  /// nobody tells: what one of them allows is not refused.
  private Optional<Problem> problem(Own own, String partition) {
    List<Quality> both =
        Stream.of(partition, own.name())
            .flatMap(name -> all.stream().filter(one -> one.name().equals(name)))
            .distinct()
            .toList();
    return time(own, both).or(() -> gpus(own, both));
  }

  private Optional<Problem> time(Own own, List<Quality> both) {
    Optional<Duration> asked = Asked.time(request);
    List<Quality> limiting = both.stream().filter(one -> one.longest().isPresent()).toList();
    if (asked.isEmpty() || isMet(limiting, one -> one.allows(asked.get()))) {
      return Optional.empty();
    }
    Quality first = limiting.getFirst();
    Duration most = first.longest().orElseThrow();
    return problem(
        own,
        first,
        "%s, and %s are asked for".formatted(JobAmounts.told(most), JobAmounts.told(asked.get())),
        "-t %dm".formatted(most.toMinutes()),
        quality -> quality.allows(asked.get()));
  }

  private Optional<Problem> gpus(Own own, List<Quality> both) {
    int asked = Asked.gpus(request);
    List<Quality> limiting = both.stream().filter(one -> one.gpus().isPresent()).toList();
    if (isMet(limiting, one -> one.allows(asked))) {
      return Optional.empty();
    }
    Quality first = limiting.getFirst();
    int most = first.gpus().orElseThrow();
    return problem(
        own,
        first,
        "%s, and %d are asked for".formatted(most == 1 ? "one GPU" : most + " GPUs", asked),
        "-g " + most,
        quality -> quality.allows(asked));
  }

  private static boolean isMet(List<Quality> limiting, Predicate<Quality> allows) {
    return limiting.isEmpty() || limiting.stream().anyMatch(allows);
  }

  private Optional<Problem> problem(
      Own own, Quality limiting, String most, String less, Predicate<Quality> allows) {
    boolean ofJob = limiting.name().equals(own.name());
    String whose = ofJob ? own.isNamed() ? "" : ", which your jobs have," : " of the partition";
    return Optional.of(
        new Problem(
            "cannot submit the job '%s'".formatted(request.name()),
            "the quality of service '%s'%s allows at most %s"
                .formatted(limiting.name(), whose, most),
            "ask for less: "
                + less
                + (ofJob ? others(own, allows) : ", or for another partition")));
  }

  private String others(Own own, Predicate<Quality> allows) {
    boolean known = !own.usable().isEmpty();
    List<String> others =
        all.stream()
            .filter(allows)
            .map(Quality::name)
            .filter(name -> !known || own.usable().contains(name))
            .toList();
    return others.isEmpty()
        ? ""
        : ", or%s --qos %s"
            .formatted(known ? "" : ", if you may use it:", String.join(" or ", others));
  }
}
