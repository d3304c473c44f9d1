package dev.skiff.runtime.slurm.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// Lengths of time as Slurm prints them: `30:00`, `6:00:00`, `2-00:00:00`.
public final class SlurmTime {

  private static final long MOST = 100_000_000;

  private SlurmTime() {}

  /// Empty for `UNLIMITED`, and for all that is no length of time.
  public static Optional<Duration> parse(String text) {
    int dash = text.indexOf('-');
    OptionalLong days =
        dash < 0 ? OptionalLong.of(0) : Fields.number("days", text.substring(0, dash));
    String[] parts = text.substring(dash + 1).split(":", -1);
    if (days.isEmpty() || parts.length > 3) {
      return Optional.empty();
    }
    long seconds = 0;
    for (String part : parts) {
      OptionalLong number = Fields.number("time", part);
      if (number.isEmpty() || number.getAsLong() > MOST) {
        return Optional.empty();
      }
      seconds = seconds * 60 + number.getAsLong();
    }
    // With days the first part is hours, however many follow; without, a lone number is minutes.
    int missing = dash >= 0 ? 3 - parts.length : parts.length == 1 ? 1 : 0;
    for (int i = 0; i < missing; i++) {
      seconds *= 60;
    }
    return days.getAsLong() > MOST
        ? Optional.empty()
        : Optional.of(Duration.ofDays(days.getAsLong()).plusSeconds(seconds));
  }
}
