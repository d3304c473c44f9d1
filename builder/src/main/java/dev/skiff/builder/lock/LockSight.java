package dev.skiff.builder.lock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Whether a file system shows the locks that processes of other machines hold, as far as its kind
/// and its options tell.
public final class LockSight {

  /// Of one machine: there are no other machines' locks to be seen.
  private static final Set<String> LOCAL =
      Set.of(
          "bcachefs",
          "btrfs",
          "ext2",
          "ext3",
          "ext4",
          "f2fs",
          "jfs",
          "overlay",
          "ramfs",
          "reiserfs",
          "tmpfs",
          "xfs",
          "zfs");

  private static final Set<String> CLUSTER = Set.of("ceph", "gfs2", "gpfs", "ocfs2");

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  private LockSight() {}

  /// Whether a lock that is not seen on a file is held by nobody. False where that is not known.
  public static boolean reachesAllMachines(Path file) {
    try {
      return reachesAllMachines(Files.readAllLines(MOUNTS), file.toRealPath());
    } catch (IOException | java.io.UncheckedIOException e) {
      return false;
    }
  }

  /// @param mounts lines of `mountinfo`; what was mounted later comes later
  static boolean reachesAllMachines(List<String> mounts, Path file) {
    boolean found = false;
    int longest = -1;
    for (String line : mounts) {
      String[] halves = line.split(" - ", 2);
      String[] first = halves[0].split(" ", -1);
      if (halves.length < 2 || first.length < 5) {
        continue;
      }
      Path at = Path.of(first[4].replace("\\040", " "));
      if (file.startsWith(at) && at.getNameCount() >= longest) {
        longest = at.getNameCount();
        found = showsAll(halves[1].split(" ", -1));
      }
    }
    return found;
  }

  /// @param mount type, source, options
  private static boolean showsAll(String[] mount) {
    List<String> options = List.of(mount[mount.length - 1].split(",", -1));
    return switch (mount[0]) {
      case "nfs", "nfs4" -> options.contains("local_lock=none") && !options.contains("nolock");
      case "lustre" -> options.contains("flock");
      default -> LOCAL.contains(mount[0]) || CLUSTER.contains(mount[0]);
    };
  }
}
