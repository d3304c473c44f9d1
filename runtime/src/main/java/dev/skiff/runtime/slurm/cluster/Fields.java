package dev.skiff.runtime.slurm.cluster;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One line of `scontrol --oneliner`: `Key=value Key=value`. The first of several equal keys
/// counts, because texts that people write, such as `Reason`, stand behind what Slurm says itself.
///
/// @param line without its end
record Fields(String line) {

  private static final int MOST_DIGITS = 15;

  /// The value up to the next blank; empty where the key is missing or says that there is none.
  String word(String key) {
    int start = startOf(key);
    if (start < 0) {
      return "";
    }
    int end = line.indexOf(' ', start);
    String value = end < 0 ? line.substring(start) : line.substring(start, end);
    return switch (value) {
      case "(null)", "N/A", "None", "NONE", "n/a", "n/s" -> "";
      default -> value;
    };
  }

  /// The value with its blanks, up to a later key that follows it.
  String text(String key, String next) {
    int start = startOf(key);
    if (start < 0) {
      return "";
    }
    int end = line.indexOf(" " + next + "=", start);
    return (end < 0 ? line.substring(start) : line.substring(start, end)).strip();
  }

  /// A comma-separated value; empty where there is none.
  List<String> list(String key) {
    String value = word(key);
    return value.isEmpty() ? List.of() : Arrays.asList(value.split(",", -1));
  }

  /// Empty where the value is no number, such as `UNLIMITED`.
  OptionalLong number(String key) {
    return number(key, word(key));
  }

  static OptionalLong number(String key, String digits) {
    if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
      return OptionalLong.empty();
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(Long.parseLong(digits));
  }

  /// @throws UnreadableLine if it is missing or no number
  long count(String key) {
    return number(key).orElseThrow(() -> new UnreadableLine(key));
  }

  /// Seconds since 1970, as `SLURM_TIME_FORMAT=%s` prints them.
  Optional<Instant> time(String key) {
    OptionalLong seconds = number(key);
    return seconds.isPresent()
        ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong()))
        : Optional.empty();
  }

  /// A name as Slurm allows it, at most 255 characters.
  ///
  /// @throws UnreadableLine if it is missing or has characters that no name has
  String name(String key) {
    String name = word(key);
    boolean strange = name.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '/' || c == '\\');
    if (name.isEmpty() || name.length() > 255 || strange) {
      throw new UnreadableLine(key);
    }
    return name;
  }

  private int startOf(String key) {
    String sign = key + "=";
    if (line.startsWith(sign)) {
      return sign.length();
    }
    int at = line.indexOf(" " + sign);
    return at < 0 ? -1 : at + 1 + sign.length();
  }

  /// A line that does not say what it has to.
  static final class UnreadableLine extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableLine(String key) {
      super("no " + key);
    }
  }
}
