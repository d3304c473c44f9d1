package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Shows an image as the root without an overlay above the whole of it: an overlay asks the image's
/// server once more for every file that is opened, whether it has attributes of an overlay.
///
/// In any doubt it does nothing, and the overlay is mounted: where something would have to be made
/// in the image's root directory, or a symbolic link leads nowhere.
final class BareRoot {

  private static final int O_NOFOLLOW = 0x20000;

  private final Kernel kernel;
  private final DirectoryCovers covers;
  private final OwnMounts own;

  /// @param covers lies over directories in which mount points are missing
  /// @param own told of them
  BareRoot(Kernel kernel, DirectoryCovers covers, OwnMounts own) {
    this.kernel = kernel;
    this.covers = covers;
    this.own = own;
  }

  /// Whether the image is shown at the target now.
  boolean show(SetupStep.MountOverlay step) {
    int image = kernel.openDirectory(step.lower().getFirst().toString());
    if (image < 0) {
      return false;
    }
    List<String> incomplete = incomplete(new ContainerRoot(kernel, image), step.points());
    int _ = kernel.close(image);
    return incomplete != null && attach(step) && cover(step.target(), incomplete);
  }

  /// The directories in which mount points are missing; null where covering them would not do.
  private @Nullable List<String> incomplete(ContainerRoot image, List<ContainerPath> points) {
    List<String> found = new ArrayList<>();
    for (ContainerPath point : points) {
      String directory = directoryFor(image, point.value());
      if (directory == null) {
        return null;
      }
      if (!directory.isEmpty() && !found.contains(directory)) {
        found.add(directory);
      }
    }
    for (String one : found) {
      for (String other : found) {
        if (other.startsWith(one.concat("/"))) {
          return null;
        }
      }
    }
    return found;
  }

  /// In which directory something has to be made for this mount point: empty for none, null for the
  /// root or where that cannot be told.
  private @Nullable String directoryFor(ContainerRoot image, String point) {
    String path = point;
    int result = present(image, path);
    while (result == -Errno.ENOENT && !isLink(image, path)) {
      path = path.substring(0, Math.max(path.lastIndexOf('/'), 0));
      if (path.isEmpty()) {
        return null;
      }
      result = present(image, path);
    }
    if (result < 0) {
      return null;
    }
    return path.length() == point.length() ? "" : path;
  }

  private int present(ContainerRoot image, String path) {
    int fd = image.find(path);
    if (fd >= 0) {
      int _ = kernel.close(fd);
    }
    return fd;
  }

  /// Whether something stands there all the same: a link to nothing.
  private boolean isLink(ContainerRoot image, String path) {
    int fd = kernel.openInRoot(image.rootFd(), path, O_NOFOLLOW);
    if (fd >= 0) {
      int _ = kernel.close(fd);
    }
    return fd != -Errno.ENOENT;
  }

  private boolean attach(SetupStep.MountOverlay step) {
    return covers.show(step.lower().getFirst().toString(), step.target().toString()) >= 0;
  }

  /// If one cannot be covered, the overlay will lie over what was attached.
  private boolean cover(Path target, List<String> directories) {
    int rootFd = kernel.openDirectory(target.toString());
    if (rootFd < 0) {
      return false;
    }
    ContainerRoot root = new ContainerRoot(kernel, rootFd);
    int result = 0;
    for (String path : directories) {
      int directory = result < 0 ? result : root.find(path);
      result = directory < 0 ? directory : covers.lay(path, directory);
      if (result >= 0) {
        own.add(path);
      }
      if (directory >= 0) {
        int _ = kernel.close(directory);
      }
    }
    int _ = kernel.close(rootFd);
    if (result < 0) {
      covers.hide();
    }
    return result >= 0;
  }
}
