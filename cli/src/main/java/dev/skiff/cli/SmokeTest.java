package dev.skiff.cli;

import dev.skiff.image.sif.Architecture;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.Partition;
import dev.skiff.runtime.slurm.fit.FitCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The short job that is run before the long one: nobody should wait a night to learn of a typing
/// mistake.
final class SmokeTest {

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int MOST_LETTERS = 58;

  private SmokeTest() {}

  /// The same image and surroundings on one node, with at most one GPU, for five minutes; on Slurm
  /// in the partition for such things, where one would take it.
  ///
  /// @param cluster empty where there is none
  static JobRequest of(JobRequest request, Optional<Cluster> cluster) {
    JobRequest asked = of(request);
    return cluster.stream()
        .flatMap(known -> known.partitions().stream())
        .filter(SmokeTest::isForTrying)
        .map(partition -> asked.with(in(asked.placement(), partition)))
        .filter(job -> FitCheck.of(job, cluster.get(), Architecture.UNKNOWN).isEmpty())
        .findFirst()
        .orElse(asked);
  }

  /// Whether a site keeps it for what is short, and lets everybody in.
  private static boolean isForTrying(Partition partition) {
    boolean open =
        Stream.of(partition.admission().groups(), partition.admission().accounts())
            .allMatch(names -> names.isEmpty() || names.equals("ALL"));
    boolean named =
        Stream.of("debug", "test", "devel", "dev", "interactive")
            .anyMatch(partition.name()::equals);
    return named && open && partition.state() == Partition.State.UP;
  }

  private static Placement in(Placement asked, Partition partition) {
    return new Placement(
        List.of(partition.name()),
        asked.constraint(),
        asked.quality(),
        asked.account(),
        "",
        "",
        asked.priority());
  }

  private static JobRequest of(JobRequest request) {
    if (!(request.workload() instanceof Workload.Contained contained)) {
      throw JobRequestReader.usage(
          "--smoke", request.smoke(), "only a command in an image can be tried first");
    }
    Resources asked = request.resources();
    String name = request.name().text();
    Duration limit =
        request.limits().time().filter(time -> time.compareTo(LIMIT) < 0).orElse(LIMIT);
    return new JobRequest(
        new JobName(name.substring(0, Math.min(name.length(), MOST_LETTERS)) + "-smoke"),
        new Workload.Contained(
            contained.image(), contained.options(), List.of("sh", "-c", request.smoke())),
        request.directory(),
        request.environment(),
        new Resources(
            asked.cpus(),
            asked.memoryMegabytes(),
            Math.min(asked.gpus(), 1),
            asked.gpuType(),
            0,
            0),
        request.placement(),
        new TimeLimits(
            Optional.of(limit), Optional.empty(), request.limits().grace(), java.util.Set.of(), 0),
        Optional.empty(),
        request.after(),
        JobOutput.IN_RECORD,
        request.rawOptions(),
        "");
  }
}
