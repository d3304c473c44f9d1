package dev.skiff.runtime.instance;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What is written down of a running instance. In its file each line is a key and a value, because
/// `libexec/skiff/instances` reads it too.
///
/// @param process the first one of its namespaces; the instance lives as long as it does
/// @param users `UID:GID` of its payloads; empty where they are root
/// @param image its path, absolute
/// @param home `HOME` inside
/// @param binds what `APPTAINER_BIND` is inside
/// @param createdSeconds since 1970
public record InstanceRecord(
    InstanceName name,
    ProcessMark process,
    String users,
    String image,
    String home,
    String binds,
    long createdSeconds) {

  String text() {
    return "pid "
        + process.pid()
        + "\nstarted "
        + process.startTicks()
        + "\nusers "
        + users
        + "\ncreated "
        + createdSeconds
        + "\nimage "
        + oneLine(image)
        + "\nhome "
        + oneLine(home)
        + "\nbinds "
        + oneLine(binds)
        + "\n";
  }

  /// Reads what `text` wrote; nothing when it is another text.
  static Optional<InstanceRecord> parse(InstanceName name, String text) {
    Map<String, String> lines = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        lines.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    try {
      return Optional.of(
          new InstanceRecord(
              name,
              new ProcessMark(number(lines, "pid"), number(lines, "started")),
              lines.getOrDefault("users", ""),
              lines.getOrDefault("image", ""),
              lines.getOrDefault("home", "/"),
              lines.getOrDefault("binds", ""),
              number(lines, "created")));
    } catch (NumberFormatException malformed) {
      return Optional.empty();
    }
  }

  private static long number(Map<String, String> lines, String key) {
    return Long.parseLong(lines.getOrDefault(key, ""));
  }

  /// A name with a line end in it can be used, and is only not shown as it is.
  private static String oneLine(String value) {
    return value.replace('\n', '?');
  }
}
