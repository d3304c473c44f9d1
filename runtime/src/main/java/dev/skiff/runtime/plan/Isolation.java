package dev.skiff.runtime.plan;

/// Which namespaces the payload gets for itself, besides its mounts.
///
/// @param pid its own process numbers, with a reaping init as number 1
/// @param ipc its own System V IPC and message queues
/// @param network its own, empty network
/// @param uts its own host name
public record Isolation(boolean pid, boolean ipc, boolean network, boolean uts) {

  /// Shares everything but mounts, as `exec` does by default: MPI needs it so.
  public static final Isolation MOUNTS_ONLY = new Isolation(false, false, false, false);
}
