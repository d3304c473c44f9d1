package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/// Which mounts of the new root hold what is the container's alone: the image under its overlay,
/// and file systems in memory. All others show directories of the host.
final class OwnMounts {

  private final Kernel kernel;
  private final List<String> inMemory = new ArrayList<>();

  OwnMounts(Kernel kernel) {
    this.kernel = kernel;
  }

  /// A file system in memory was mounted at a path of the root.
  void add(String path) {
    inMemory.add(path);
  }

  /// Whether `fd` is on one of them.
  boolean hold(ContainerRoot root, int fd) {
    long mount = kernel.mountOf(fd);
    if (mount < 0 || mount == kernel.mountOf(root.rootFd())) {
      return mount >= 0;
    }
    for (String path : inMemory) {
      int top = root.find(path);
      boolean same = top >= 0 && kernel.mountOf(top) == mount;
      if (top >= 0) {
        int _ = kernel.close(top);
      }
      if (same) {
        return true;
      }
    }
    return false;
  }
}
