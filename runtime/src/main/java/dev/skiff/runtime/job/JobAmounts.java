package dev.skiff.runtime.job;

import java.time.Duration;
import java.util.Locale;

/// Amounts as people type them for jobs. What is wrong is an `IllegalArgumentException` in words.
public final class JobAmounts {

  private static final long MOST = 100_000_000;

  private JobAmounts() {}

  /// Megabytes of 2^20 bytes: `16` and `16G` are 16 gigabytes, `500M` is 500 megabytes.
  public static long megabytes(String text) {
    String number = text;
    long each = 1024;
    if (!text.isEmpty() && !isDigit(text.charAt(text.length() - 1))) {
      each =
          switch (Character.toUpperCase(text.charAt(text.length() - 1))) {
            case 'M' -> 1;
            case 'G' -> 1024;
            case 'T' -> 1024 * 1024;
            default -> 0;
          };
      number = text.substring(0, text.length() - 1);
    }
    if (each == 0 || !isNumber(number)) {
      throw new IllegalArgumentException(
          "'%s' is no amount of memory: write 16 or 16G for gigabytes, 500M for megabytes"
              .formatted(text));
    }
    return atLeastOne(text, Long.parseLong(number) * each);
  }

  /// A time such as `6h`, `45m`, `1h30m`, `2d`, `90s`, or as Slurm writes it: `1-00:00:00`,
  /// `06:00:00`, `30:00` for minutes and seconds, `90` for minutes.
  public static Duration time(String text) {
    long seconds = text.matches("[0-9:-]+") ? clock(text) : units(text.toLowerCase(Locale.ROOT));
    if (seconds < 0) {
      throw new IllegalArgumentException(
          "'%s' is no time: write 6h, 45m, 1h30m, 2d or 1-00:00:00".formatted(text));
    }
    return Duration.ofSeconds(atLeastOne(text, seconds));
  }

  private static long clock(String text) {
    int dash = text.indexOf('-');
    String[] parts = text.substring(dash + 1).split(":", -1);
    long[] numbers = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      if (!isNumber(parts[i])) {
        return -1;
      }
      numbers[i] = Long.parseLong(parts[i]);
    }
    if (dash >= 0) {
      String days = text.substring(0, dash);
      return isNumber(days) && parts.length <= 3
          ? Long.parseLong(days) * 86_400 + sum(numbers, 3600)
          : -1;
    }
    return switch (parts.length) {
      case 1, 2 -> sum(numbers, 60);
      case 3 -> sum(numbers, 3600);
      default -> -1;
    };
  }

  /// The first counts `unit` seconds, each next a sixtieth of the one before.
  private static long sum(long[] numbers, long unit) {
    long seconds = 0;
    long each = unit;
    for (long number : numbers) {
      seconds += number * each;
      each /= 60;
    }
    return seconds;
  }

  private static long units(String text) {
    long seconds = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isDigit(c)) {
        continue;
      }
      long unit =
          switch (c) {
            case 'd' -> 86_400;
            case 'h' -> 3600;
            case 'm' -> 60;
            case 's' -> 1;
            default -> 0;
          };
      if (unit == 0 || !isNumber(text.substring(start, i))) {
        return -1;
      }
      seconds += Long.parseLong(text.substring(start, i)) * unit;
      start = i + 1;
    }
    return start == text.length() && start > 0 ? seconds : -1;
  }

  /// A time as Slurm reads it, with seconds.
  public static String slurm(Duration time) {
    String clock =
        "%02d:%02d:%02d".formatted(time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart());
    return time.toDays() == 0 ? clock : time.toDays() + "-" + clock;
  }

  /// A time for a person, such as `6 h` or `1 h 30 min`.
  public static String told(Duration time) {
    StringBuilder text = new StringBuilder();
    append(text, time.toDays(), "d");
    append(text, time.toHoursPart(), "h");
    append(text, time.toMinutesPart(), "min");
    if (time.toHours() == 0) {
      append(text, time.toSecondsPart(), "s");
    }
    return text.isEmpty() ? "0 s" : text.toString();
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number > 0) {
      text.append(text.isEmpty() ? "" : " ").append(number).append(' ').append(unit);
    }
  }

  private static long atLeastOne(String text, long amount) {
    if (amount < 1 || amount > MOST) {
      throw new IllegalArgumentException(
          "'%s' is %s".formatted(text, amount < 1 ? "nothing" : "more than there can be"));
    }
    return amount;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> isDigit((char) c));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
