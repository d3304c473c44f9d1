package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/// Lays something that can be written over directories of the image in which nothing can be made,
/// although the root above them is an overlay: where the owner is an id that this user namespace
/// does not know, as the `/home` of busybox belongs to `nobody`, root's capabilities do not count.
///
/// What is made there is gone with the container, so there are none where changes are to be kept.
final class DirectoryCovers {

  private static final int AT_FDCWD = -100;

  private final Kernel kernel;
  private final String session;
  private final List<String> covered = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();
  private int places;

  /// @param session where the covers' own directories are
  DirectoryCovers(Kernel kernel, String session) {
    this.kernel = kernel;
    this.session = session;
  }

  /// Something was mounted at a path of the root: nothing is laid over it from now on.
  void shown(String path) {
    shown.add(path);
  }

  /// Those that were laid, by their paths in the root.
  List<String> covered() {
    return covered;
  }

  /// Something lies over all that were laid until now.
  void hide() {
    covered.clear();
  }

  /// Whether this is how it shows that nothing can be made in a directory.
  static boolean helpsAgainst(int result) {
    return result == -Errno.EACCES
        || result == -Errno.EPERM
        || result == -Errno.EOVERFLOW
        || result == -Errno.EROFS;
  }

  /// Covers a directory, in which all that it has stays visible.
  ///
  /// @param path of it in the root
  /// @param directory a descriptor of it
  /// @return 0, or minus the error number
  int lay(String path, int directory) {
    for (String below : shown) {
      if (below.startsWith(path + "/")) {
        return -Errno.EACCES;
      }
    }
    String place = session + "/cover" + places++;
    int result = makeAll(place, place + "/lower", place + "/upper", place + "/work");
    if (result >= 0) {
      result = show(PlanExecutor.descriptor(directory), place + "/lower");
    }
    if (result >= 0) {
      String data =
          "userxattr,lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work"
              .replace("%s", place.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,"));
      result = kernel.mount("overlay", PlanExecutor.descriptor(directory), "overlay", 0, data);
    }
    if (result >= 0) {
      covered.add(path);
    }
    return result;
  }

  private int makeAll(String... directories) {
    int result = 0;
    for (String directory : directories) {
      result = kernel.makeDirectory(AT_FDCWD, directory, 0755);
      if (result < 0) {
        return result;
      }
    }
    return result;
  }

  /// Shows a directory, and what is mounted below it, at another.
  ///
  /// @return 0, or minus the error number
  int show(String directory, String place) {
    int tree = kernel.cloneTree(directory);
    if (tree < 0) {
      return tree;
    }
    int target = kernel.openDirectory(place);
    int result = target < 0 ? target : kernel.attach(tree, target);
    if (target >= 0) {
      int _ = kernel.close(target);
    }
    int _ = kernel.close(tree);
    return result;
  }
}
