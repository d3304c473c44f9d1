package dev.skiff.runtime.slurm.cluster;

import java.util.List;

/// One machine.
///
/// @param cpus that jobs can have
/// @param cpusUsed that jobs have
/// @param memoryMegabytes that jobs can have, in units of 2^20 bytes
/// @param memoryUsedMegabytes that jobs have asked for; they may use less
/// @param features by which it can be asked for
/// @param partitions it belongs to
/// @param reason why it is out of service, in its administrator's words; may be empty
/// @param machine what it is
public record Node(
    String name,
    NodeState state,
    int cpus,
    int cpusUsed,
    long memoryMegabytes,
    long memoryUsedMegabytes,
    List<GpuCount> gpus,
    List<String> features,
    List<String> partitions,
    String reason,
    Machine machine) {

  /// What a node is.
  ///
  /// @param hostName may be empty
  /// @param architecture as `uname -m` says it; empty while it has not said
  public record Machine(String hostName, String architecture) {}

  public Node {
    gpus = List.copyOf(gpus);
    features = List.copyOf(features);
    partitions = List.copyOf(partitions);
  }

  /// 0 where it takes no jobs.
  public int cpusFree() {
    return state.takesJobs() ? Math.max(0, cpus - cpusUsed) : 0;
  }

  /// 0 where it takes no jobs.
  public long memoryFreeMegabytes() {
    return state.takesJobs() ? Math.max(0, memoryMegabytes - memoryUsedMegabytes) : 0;
  }

  /// GPUs that a job can get now: none where no CPU or no memory is left to go with them.
  ///
  /// @param type empty for all types
  public int gpusFree(String type) {
    if (cpusFree() == 0 || memoryFreeMegabytes() == 0) {
      return 0;
    }
    return gpus.stream().filter(gpu -> isOf(gpu, type)).mapToInt(GpuCount::free).sum();
  }

  /// All GPUs of a type.
  ///
  /// @param type empty for all types
  public int gpus(String type) {
    return gpus.stream().filter(gpu -> isOf(gpu, type)).mapToInt(GpuCount::total).sum();
  }

  private static boolean isOf(GpuCount gpu, String type) {
    return type.isEmpty() || gpu.type().equals(type);
  }
}
