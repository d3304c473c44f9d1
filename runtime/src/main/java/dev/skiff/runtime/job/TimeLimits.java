package dev.skiff.runtime.job;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// How long a job may run, how it is told that it must end, and whether it is then run again.
///
/// @param time of one run; empty leaves it to the scheduler
/// @param warning what the payload gets before the limit; empty for none
/// @param grace from SIGTERM to SIGKILL, where that is ours to choose
/// @param rerunOn after which ends the job is run again
/// @param retries how often at most
public record TimeLimits(
    Optional<Duration> time,
    Optional<Warning> warning,
    Duration grace,
    Set<Rerun> rerunOn,
    int retries) {

  /// What can make a job run again.
  public enum Rerun {
    /// Its time was over; the warning let it write a checkpoint.
    TIMEOUT,
    /// The machine was needed for somebody else.
    PREEMPT
  }

  /// A signal before the limit.
  ///
  /// @param before how long before the limit
  /// @param signal without `SIG`, such as `USR1`
  public record Warning(Duration before, String signal) {}

  public static final TimeLimits NONE =
      new TimeLimits(Optional.empty(), Optional.empty(), Duration.ofSeconds(30), Set.of(), 10);

  public TimeLimits {
    rerunOn = Set.copyOf(rerunOn);
  }
}
