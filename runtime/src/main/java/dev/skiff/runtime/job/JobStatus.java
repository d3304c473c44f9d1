package dev.skiff.runtime.job;

import java.time.Instant;
import java.util.Optional;

/// What is known of a job, or of one task of it, at this moment.
///
/// @param code the payload's own exit status; 0 until it ended
/// @param reason in words, why it waits or how it ended; may be empty
/// @param node where it runs or ran; may be empty
/// @param restarts how often it was started again
public record JobStatus(
    JobState state,
    int code,
    String reason,
    String node,
    Optional<Instant> started,
    Optional<Instant> ended,
    int restarts) {

  /// A state of which nothing more is known.
  public static JobStatus of(JobState state, String reason) {
    return new JobStatus(state, 0, reason, "", Optional.empty(), Optional.empty(), 0);
  }

  /// The same, ended.
  public static JobStatus ended(JobState state, int code, String reason) {
    return new JobStatus(state, code, reason, "", Optional.empty(), Optional.empty(), 0);
  }

  /// The same for another reason.
  public JobStatus because(String words) {
    return new JobStatus(state, code, words, node, started, ended, restarts);
  }

  /// What `skiff wait` ends with.
  public int exitStatus() {
    return state.exitStatus(code);
  }
}
