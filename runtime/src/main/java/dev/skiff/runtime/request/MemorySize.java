package dev.skiff.runtime.request;

/// An amount of memory as people write it: `512M`, `4G`, a number of bytes.
final class MemorySize {

  private static final long LEAST = 1 << 20; // the session's own files need some
  private static final long MOST = 1L << 50;
  private static final int MOST_DIGITS = 16;

  private MemorySize() {}

  /// Bytes, or -1 when the text is no such amount.
  static long parse(String text) {
    if (text.isEmpty() || text.length() > MOST_DIGITS + 1) {
      return -1;
    }
    int shift =
        switch (text.charAt(text.length() - 1)) {
          case 'k', 'K' -> 10;
          case 'm', 'M' -> 20;
          case 'g', 'G' -> 30;
          case 't', 'T' -> 40;
          default -> 0;
        };
    int end = shift == 0 ? text.length() : text.length() - 1;
    long number = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = Math.min(number * 10 + c - '0', MOST);
    }
    long bytes = number > MOST >> shift ? MOST + 1 : number << shift;
    return end > 0 && bytes >= LEAST && bytes <= MOST ? bytes : -1;
  }
}
