package dev.skiff.builder.registry;

import java.time.Duration;

/// How patient a pull is.
///
/// @param attempts how often a request is made before its failure counts, at least 1
/// @param firstPause the pause after the first failure; each further one is twice as long
/// @param longestPause no pause is longer, whatever a registry asks for
/// @param idle how long a download may stand still
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause, Duration idle) {

  private static final Duration MOST_ASKED = Duration.ofMinutes(2);

  /// About seven seconds of pauses in all, and a minute for a download that stands still.
  public static final RetryPolicy STANDARD =
      new RetryPolicy(5, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(60));

  /// The same patience with another number of attempts.
  ///
  /// @param retries attempts after the first
  RetryPolicy withRetries(int retries) {
    return new RetryPolicy(retries + 1, firstPause, longestPause, idle);
  }

  /// Whether a registry asks for so much patience that a person should be told at once.
  boolean isTooLong(Duration asked) {
    return asked.compareTo(MOST_ASKED) > 0;
  }

  /// The pause after a failure.
  ///
  /// @param failures how many there were, at least 1
  /// @param asked what the registry asks for, zero if nothing
  Duration pause(int failures, Duration asked) {
    Duration own = firstPause.multipliedBy(1L << Math.min(failures - 1, 16));
    Duration wanted = own.compareTo(asked) > 0 ? own : asked;
    return wanted.compareTo(longestPause) < 0 ? wanted : longestPause;
  }
}
