package dev.skiff.cli.container;

import dev.skiff.runtime.host.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Who called, read back through the user namespace that the launcher entered, where everyone is
/// root.
final class CallerIds {

  private CallerIds() {}

  static Caller read(Map<String, String> environment) {
    return new Caller(outside("/proc/self/uid_map"), outside("/proc/self/gid_map"), environment);
  }

  /// What root of this namespace is outside of it: the second number of a line that starts with 0.
  ///
  /// @see <a
  ///   href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
  private static long outside(String map) {
    try {
      String text = Files.readString(Path.of(map), StandardCharsets.US_ASCII);
      int at = 0;
      long first = -1;
      while (at < text.length()) {
        while (at < text.length() && text.charAt(at) == ' ') {
          at++;
        }
        int end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
          end++;
        }
        long number = Long.parseLong(text, at, end, 10);
        if (first >= 0) {
          return number;
        }
        first = number;
        at = end;
      }
    } catch (IOException e) {
      return 0; // no /proc: then there is no namespace of ours either
    }
    return 0;
  }
}
