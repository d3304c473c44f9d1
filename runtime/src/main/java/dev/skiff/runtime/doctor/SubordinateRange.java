package dev.skiff.runtime.doctor;

import java.util.List;

/// A range of subordinate ids that nobody has yet.
///
/// @param first the first id
/// @param last the last one, 65535 later
/// @see <a href="https://man7.org/linux/man-pages/man5/subuid.5.html">subuid(5)</a>
record SubordinateRange(long first, long last) {

  private static final long SIZE = 65_536;
  private static final long LOWEST = 100_000;

  /// The range behind all those given out.
  ///
  /// @param tables the texts of /etc/subuid and /etc/subgid; lines that are none are passed over
  static SubordinateRange free(List<String> tables) {
    long next = LOWEST;
    for (String table : tables) {
      for (String line : table.split("\n", -1)) {
        next = Math.max(next, end(line.strip().split(":", -1)));
      }
    }
    return new SubordinateRange(next, next + SIZE - 1);
  }

  /// What `usermod --add-subuids` takes.
  String words() {
    return first + "-" + last;
  }

  private static long end(String[] fields) {
    if (fields.length != 3 || !isId(fields[1]) || !isId(fields[2])) {
      return 0;
    }
    return Long.parseLong(fields[1]) + Long.parseLong(fields[2]);
  }

  private static boolean isId(String field) {
    return !field.isEmpty()
        && field.length() <= 10
        && field.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
