package dev.skiff.runtime.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Which ids this process may give to files and processes, and so how faithfully it can build.
public enum IdMapping {
  /// Root of the machine: every id.
  ROOT,
  /// Root of a user namespace with a range of ids, from /etc/subuid and /etc/subgid.
  RANGE,
  /// Root of a user namespace with one id, the caller's: owners other than root are lost, and
  /// programs that set them need `Payload.Filter.EMULATE_ROOT`.
  SINGLE,
  /// Not root of anything: no container can be set up.
  NONE;

  /// What holds for this JVM.
  public static IdMapping current() {
    try {
      return of(
          Files.readAllLines(Path.of("/proc/self/uid_map")),
          Files.readAllLines(Path.of("/proc/self/status")));
    } catch (IOException noProc) {
      return NONE;
    }
  }

  /// @param uidMap the lines of a uid_map: first id inside, first id outside, how many
  /// @param status the lines of the same process's status
  static IdMapping of(List<String> uidMap, List<String> status) {
    if (!isRoot(status)) {
      return NONE;
    }
    long ids = 0;
    for (String line : uidMap) {
      String[] words = line.strip().split("\\s+", 3);
      if (words.length == 3) {
        ids += Long.parseLong(words[2]);
      }
    }
    if (ids >= 0xFFFFFFFFL) {
      return ROOT;
    }
    return ids > 1 ? RANGE : SINGLE;
  }

  /// The owner on this host's disks of what `id` owns in this namespace, for example when a layer's
  /// owners are read back; -1 when the id is not mapped.
  ///
  /// @param map the lines of /proc/self/uid_map or gid_map
  public static long outside(List<String> map, long id) {
    for (String line : map) {
      String[] words = line.strip().split("\\s+", 3);
      long first = Long.parseLong(words[0]);
      if (id >= first && id - first < Long.parseLong(words[2])) {
        return Long.parseLong(words[1]) + id - first;
      }
    }
    return -1;
  }

  private static boolean isRoot(List<String> status) {
    boolean root = false;
    boolean mayMount = false;
    for (String line : status) {
      if (line.startsWith("Uid:")) {
        root = "0".equals(line.strip().split("\\s+", 4)[2]);
      } else if (line.startsWith("CapEff:")) {
        mayMount = (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1 << 21) != 0;
      }
    }
    return root && mayMount;
  }
}
