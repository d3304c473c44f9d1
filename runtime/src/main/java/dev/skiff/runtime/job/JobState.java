package dev.skiff.runtime.job;

/// How far a job is. The last seven are final.
public enum JobState {
  /// Written down, and not yet known to the scheduler.
  SUBMITTING,
  PENDING,
  STARTING,
  RUNNING,
  /// The payload has ended or was told to.
  ENDING,
  SUCCEEDED,
  FAILED,
  TIMEOUT,
  /// Out of memory.
  OOM,
  CANCELLED,
  PREEMPTED,
  /// A node failed, or nobody knows any more.
  LOST;

  /// Whether nothing more will happen.
  public boolean isFinal() {
    return compareTo(SUCCEEDED) >= 0;
  }

  /// What `skiff wait` ends with.
  ///
  /// @param code the payload's own, which counts where it ended by itself
  public int exitStatus(int code) {
    return switch (this) {
      case SUBMITTING, PENDING, STARTING, RUNNING, ENDING, SUCCEEDED -> 0;
      case FAILED -> code == 0 ? 1 : code;
      case TIMEOUT -> 124;
      case OOM -> 137;
      case CANCELLED -> 130;
      case PREEMPTED, LOST -> 75;
    };
  }
}
