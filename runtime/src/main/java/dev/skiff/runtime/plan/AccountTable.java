package dev.skiff.runtime.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The text of /etc/passwd or /etc/group: one account a line, the name before the first colon.
public final class AccountTable {

  private AccountTable() {}

  /// The table with these lines in it: a line of the same name gives way where it stands, the
  /// others stay, and lines of new names come last.
  ///
  /// @param text the image's table, of any content
  /// @param lines well-formed lines without line ends, each of another name
  public static String amend(String text, List<String> lines) {
    Map<String, String> byName = HashMap.newHashMap(lines.size());
    for (String line : lines) {
      byName.put(name(line), line);
    }
    StringBuilder amended = new StringBuilder(text.length() + 256);
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      String line = text.substring(start, end);
      String ours = byName.remove(name(line));
      amended.append(ours == null ? line : ours).append('\n');
      start = end + 1;
    }
    for (String line : lines) {
      if (byName.containsKey(name(line))) {
        amended.append(line).append('\n');
      }
    }
    return amended.toString();
  }

  private static String name(String line) {
    int colon = line.indexOf(':');
    return colon < 0 ? line : line.substring(0, colon);
  }
}
