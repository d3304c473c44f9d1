package dev.skiff.runtime.config;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much may be in the cache.
///
/// @param bytes at most, 0 or more
public record CacheSize(long bytes) {

  /// No bound at all.
  public static final CacheSize UNBOUNDED = new CacheSize(Long.MAX_VALUE);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})([KMGT]?)(I?B)?");
  private static final long MOST_BYTES = 100L << 30;
  private static final int SHARE_OF_DISK = 5;

  /// Reads `50G`, `500MiB` or `none`; K is 1024.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static CacheSize parse(String text) {
    if (text.equals("none")) {
      return UNBOUNDED;
    }
    Matcher matcher = TEXT.matcher(text.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it is neither a size such as 50G nor 'none'");
    }
    int power = " KMGT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
    return new CacheSize(Long.parseLong(matcher.group(1)) << (10 * power));
  }

  /// What the caller set.
  ///
  /// @param environment in which the variable stands for the setting
  /// @param diskBytes how large the file system of the cache is, which decides if nobody set it
  public static CacheSize of(Map<String, String> environment, OptionalLong diskBytes) {
    String text = environment.getOrDefault(Setting.CACHE_SIZE.variables().getFirst(), "");
    if (!text.isEmpty()) {
      return parse(text);
    }
    return new CacheSize(
        diskBytes.isEmpty()
            ? MOST_BYTES
            : Math.min(MOST_BYTES, diskBytes.getAsLong() / SHARE_OF_DISK));
  }

  /// Whether there is a bound.
  public boolean isBounded() {
    return bytes < Long.MAX_VALUE;
  }
}
