package dev.skiff.runtime.slurm.cluster;

import java.util.OptionalLong;

/// Nodes in Slurm's short form: `n[1-4,7],gpu01`. Asked, never expanded, so that no list is too
/// long.
///
/// @param text as Slurm prints it
public record HostList(String text) {

  /// Whether a node is in it. Of several brackets in one name, as in `r[1-2]n[1-9]`, all have to
  /// fit.
  public boolean contains(String node) {
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && (depth == 0 || i == text.length())) {
        if (matches(text.substring(start, i), node)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String node) {
    int open = pattern.indexOf('[');
    if (open < 0) {
      return pattern.equals(node);
    }
    int close = pattern.indexOf(']', open);
    if (close < 0 || !node.startsWith(pattern.substring(0, open))) {
      return false;
    }
    String rest = pattern.substring(close + 1);
    int digits = open;
    while (digits < node.length() && Character.isDigit(node.charAt(digits))) {
      digits++;
    }
    return isInRanges(pattern.substring(open + 1, close), node.substring(open, digits))
        && matches(rest, node.substring(digits));
  }

  private static boolean isInRanges(String ranges, String number) {
    OptionalLong value = Fields.number("node", number);
    for (String range : ranges.split(",", -1)) {
      String[] ends = range.split("-", 2);
      OptionalLong first = Fields.number("node", ends[0]);
      OptionalLong last = Fields.number("node", ends[ends.length - 1]);
      if (value.isPresent()
          && first.isPresent()
          && last.isPresent()
          && ends[0].length() <= number.length()
          && value.getAsLong() >= first.getAsLong()
          && value.getAsLong() <= last.getAsLong()) {
        return true;
      }
    }
    return false;
  }
}
