package dev.skiff.runtime.slurm.explain;

import dev.skiff.runtime.slurm.cluster.GpuCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A job as `squeue` shows it.
///
/// @param id such as `123` or `123_4`
/// @param state Slurm's word, such as `PENDING`
/// @param reason Slurm's code
/// @param partitions any of which will do
/// @param time asked for; empty for no limit
/// @param need what it asks for
/// @param dependency such as `afterok:2(unfulfilled)`; may be empty
/// @param start expected or real
/// @param ownNumber which a task of an array has for itself
/// @param nodes where it runs; may be empty
/// @param name its user's text: anything
public record QueuedJob(
    String id,
    String state,
    String reason,
    List<String> partitions,
    String user,
    Optional<Duration> time,
    Need need,
    String dependency,
    Optional<Instant> submitted,
    Optional<Instant> start,
    Optional<Instant> end,
    long priority,
    String ownNumber,
    String nodes,
    String name) {

  /// What a job asks for.
  ///
  /// @param nodes how many
  /// @param cpus on each node
  /// @param memoryMegabytes on each node; 0 if unknown
  /// @param gpus on each node
  /// @param constraint features of nodes; may be empty
  /// @param named nodes that it must have, as Slurm writes lists; may be empty
  public record Need(
      int nodes,
      int cpus,
      long memoryMegabytes,
      List<GpuCount> gpus,
      String constraint,
      String named) {
    public Need {
      gpus = List.copyOf(gpus);
    }

    /// The same, with another type in place of every GPU's.
    Need withGpuType(String type) {
      int count = gpus.stream().mapToInt(GpuCount::total).sum();
      return new Need(
          nodes, cpus, memoryMegabytes, List.of(new GpuCount(type, count, 0)), "", named);
    }
  }

  public QueuedJob {
    partitions = List.copyOf(partitions);
  }

  /// The number that commands take, without the tasks of an array.
  public String number() {
    int end = id.indexOf("_[");
    return end < 0 ? id : id.substring(0, end);
  }

  /// Whether it runs.
  public boolean isRunning() {
    return state.equals("RUNNING");
  }

  /// Whether it waits.
  public boolean isPending() {
    return state.equals("PENDING");
  }
}
