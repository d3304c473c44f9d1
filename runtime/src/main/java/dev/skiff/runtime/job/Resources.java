package dev.skiff.runtime.job;

/// What a job needs of a machine. A number of 0 and an empty text leave it to the scheduler.
///
/// @param cpus processors for each task
/// @param memoryMegabytes on each node, in units of 2^20 bytes
/// @param gpus on each node
/// @param gpuType as the scheduler calls it, such as `a40`
/// @param nodes how many machines
/// @param tasks how many processes run the command, started by `srun`; 0 runs it once, without it
public record Resources(
    int cpus, long memoryMegabytes, int gpus, String gpuType, int nodes, int tasks) {

  /// Whatever the scheduler gives by default.
  public static final Resources UNSAID = new Resources(0, 0, 0, "", 0, 0);

  public Resources {
    if (cpus < 0 || memoryMegabytes < 0 || gpus < 0 || nodes < 0 || tasks < 0) {
      throw new IllegalArgumentException("less than nothing cannot be asked for");
    }
  }
}
