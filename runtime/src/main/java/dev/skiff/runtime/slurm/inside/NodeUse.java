package dev.skiff.runtime.slurm.inside;

import java.util.List;

/// What a job uses on one node at one moment.
///
/// @param seconds since that node was started
/// @param processes of the job
/// @param cpuMilliseconds that all its present processes have spent so far
/// @param memoryBytes that they hold; what several share counts for each
/// @param gpus that the job has; empty where `nvidia-smi` is missing
public record NodeUse(
    String node,
    double seconds,
    int processes,
    long cpuMilliseconds,
    long memoryBytes,
    List<GpuUse> gpus) {

  /// One GPU.
  ///
  /// @param index as the driver counts
  /// @param percent of the time in which something was computed
  public record GpuUse(
      int index, String name, int percent, long memoryMegabytes, long memoryOfMegabytes) {}

  public NodeUse {
    gpus = List.copyOf(gpus);
  }

  /// Processors in use since an earlier moment: 2.5 for two and a half.
  public double cpusSince(NodeUse earlier) {
    double elapsed = seconds - earlier.seconds;
    long spent = cpuMilliseconds - earlier.cpuMilliseconds;
    return elapsed <= 0 || spent < 0 ? 0 : spent / 1000.0 / elapsed;
  }
}
