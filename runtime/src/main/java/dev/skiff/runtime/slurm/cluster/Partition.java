package dev.skiff.runtime.slurm.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// A queue.
///
/// @param isDefault whether jobs that name none go there
/// @param state whether it takes jobs and runs them
/// @param longest a job may ask for; empty for no limit
/// @param usual time of a job that asks for none; empty where that is the longest
/// @param limits of one job
/// @param admission who may use it
/// @param preemption what happens to its jobs when others need the room: `OFF`, `REQUEUE`,
///   `CANCEL`, `SUSPEND`; empty where the cluster decides
/// @param quality of service whose limits all its jobs have; may be empty
/// @param tier those of a higher one are served first
public record Partition(
    String name,
    boolean isDefault,
    State state,
    Optional<Duration> longest,
    Optional<Duration> usual,
    Limits limits,
    Admission admission,
    String preemption,
    String quality,
    int tier) {

  /// Of `scontrol show partition`.
  public enum State {
    UP,
    /// Takes jobs and starts none.
    DOWN,
    /// Runs what it has and takes none.
    DRAIN,
    INACTIVE;

    static State parse(String word) {
      return switch (word) {
        case "UP" -> UP;
        case "DRAIN" -> DRAIN;
        case "INACTIVE" -> INACTIVE;
        default -> DOWN;
      };
    }
  }

  /// Each is empty where there is no limit.
  ///
  /// @param nodes that one job may have
  /// @param cpusPerNode that all jobs of the partition together may have
  /// @param memoryPerNodeMegabytes that one job may have
  /// @param memoryPerCpuMegabytes that one job may have
  public record Limits(
      OptionalLong nodes,
      OptionalLong cpusPerNode,
      OptionalLong memoryPerNodeMegabytes,
      OptionalLong memoryPerCpuMegabytes) {}

  /// Comma-separated names; `ALL` or nothing for everybody.
  ///
  /// @param groups of the system
  /// @param accounts of Slurm
  /// @param qualities of service
  /// @param deniedAccounts may be empty
  /// @param rootOnly whether ordinary users are refused
  public record Admission(
      String groups, String accounts, String qualities, String deniedAccounts, boolean rootOnly) {}

  /// Whether a job of this length may run here.
  public boolean allows(Duration time) {
    return longest.isEmpty() || time.compareTo(longest.get()) <= 0;
  }

  /// Whether its jobs may be stopped for others.
  public boolean isPreemptible() {
    return !preemption.isEmpty() && !preemption.equals("OFF");
  }
}
