package dev.skiff.runtime.slurm.explain;

import java.time.Duration;

/// Lengths of time, for people and for Slurm.
final class Lengths {

  private Lengths() {}

  /// The two largest units: `2 d`, `1 h 30 min`, `45 s`.
  static String words(Duration length) {
    long seconds = Math.max(0, length.toSeconds());
    long days = seconds / 86_400;
    long hours = seconds / 3600 % 24;
    long minutes = seconds / 60 % 60;
    if (days > 0) {
      return hours == 0 ? days + " d" : "%d d %d h".formatted(days, hours);
    }
    if (hours > 0) {
      return minutes == 0 ? hours + " h" : "%d h %d min".formatted(hours, minutes);
    }
    return minutes > 0 ? minutes + " min" : seconds + " s";
  }

  /// `D-HH:MM:SS`, without days where there are none.
  static String slurm(Duration length) {
    String clock =
        "%02d:%02d:%02d"
            .formatted(length.toHoursPart(), length.toMinutesPart(), length.toSecondsPart());
    return length.toDays() == 0 ? clock : length.toDays() + "-" + clock;
  }
}
