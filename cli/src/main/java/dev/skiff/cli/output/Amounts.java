package dev.skiff.cli.output;

import java.time.Duration;
import java.util.Locale;

/// Numbers as people say them.
public final class Amounts {

  private Amounts() {}

  /// A number of bytes: `1.5 GB`.
  public static String size(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    double value = bytes;
    String unit = "B";
    for (String next : new String[] {"kB", "MB", "GB", "TB"}) {
      if (value < 1_000) {
        break;
      }
      value /= 1_000;
      unit = next;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
  }

  /// How long something took: `8.2 s`, `3 min 5 s`.
  static String took(Duration duration) {
    return duration.toSeconds() < 60
        ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0)
        : left(duration.toSeconds());
  }

  /// How long something will take: `8 s`, `3 min 5 s`, `2 h 10 min`.
  static String left(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? "%d min %d s".formatted(seconds / 60, seconds % 60)
        : "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }
}
