package dev.skiff.runtime.host;

/// The first line of /proc/self/uid_map or gid_map: which ids outside stand for those of this user
/// namespace.
///
/// @param inside the first id here
/// @param outside the first id in the namespace that made ours
/// @param count how many follow each other
/// @see <a
///   href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
record IdMap(long inside, long outside, long count) {

  private static final long ALL = 4294967295L;

  /// No namespace of its own, when the text says nothing else.
  static IdMap parse(String text) {
    Numbers numbers = new Numbers(text, 0);
    long inside = numbers.next();
    long outside = numbers.next();
    long count = numbers.next();
    return count < 0 ? new IdMap(0, 0, ALL) : new IdMap(inside, outside, count);
  }

  /// Whether ids are the machine's own.
  boolean isWhole() {
    return count == ALL;
  }

  /// What an id of this namespace is outside; itself when it is not mapped.
  long outside(long id) {
    return id >= inside && id - inside < count ? id - inside + outside : id;
  }

  /// Reads decimal numbers between blanks.
  static final class Numbers {
    private final String text;
    private int at;

    Numbers(String text, int at) {
      this.text = text;
      this.at = at;
    }

    /// The next number, or -1 when something else follows.
    long next() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
      long value = -1;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        value = Math.min(Math.max(value, 0) * 10 + text.charAt(at) - '0', ALL);
        at++;
      }
      return value;
    }
  }
}
