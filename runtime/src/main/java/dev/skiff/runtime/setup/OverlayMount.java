package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.MountVolume;
import dev.skiff.runtime.plan.SetupStep.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Mounts an overlay: by the kernel, else by `fuse-overlayfs` where that is installed.
final class OverlayMount {

  static final int AT_FDCWD = -100;
  private static final int O_NOFOLLOW = 0x20000;
  private static final int PAGE_BYTES = 4096;

  private final Kernel kernel;
  private final Path session;
  private final @Nullable VolumeMounts volumes;
  private final List<Integer> opened = new ArrayList<>();

  /// @param volumes what was mounted for it; null for nothing
  OverlayMount(Kernel kernel, String session, @Nullable VolumeMounts volumes) {
    this.kernel = kernel;
    this.session = Path.of(session);
    this.volumes = volumes;
  }

  void mount(SetupStep.MountOverlay it) {
    try {
      MountVolume store = unopened(it.upper());
      String upper = store == null ? changes(it, it.upper()) : "";
      String work = store == null ? changes(it, it.work()) : "";
      if (hasUnopened(it)) {
        byFuse(it);
        return;
      }
      int result = byKernel(it, lower(it), upper, work);
      if (result < 0 && (isServerGone(result) || !FuseOverlay.available())) {
        throw SetupProblems.overlay(it, result);
      }
      if (result < 0) {
        byFuse(it);
      }
    } finally {
      for (int fd : opened) {
        int _ = kernel.close(fd);
      }
    }
  }

  private @Nullable MountVolume unopened(Path path) {
    return volumes == null ? null : volumes.unopened(path);
  }

  private boolean hasUnopened(SetupStep.MountOverlay it) {
    boolean has = unopened(it.upper()) != null;
    for (Path path : it.lower()) {
      has |= unopened(path) != null;
    }
    return has;
  }

  /// Below is a FUSE file system that does not answer: another overlay would not either.
  private static boolean isServerGone(int result) {
    return result == -Errno.ENOTCONN || result == -Errno.EPIPE;
  }

  private int byKernel(SetupStep.MountOverlay it, List<String> lower, String upper, String work) {
    StringBuilder options = new StringBuilder("userxattr,lowerdir=");
    String separator = "";
    for (String tree : lower) {
      options.append(separator).append(escaped(tree));
      separator = ":";
    }
    options.append(",upperdir=").append(escaped(upper));
    options.append(",workdir=").append(escaped(work));
    String data = options.toString();
    if (data.getBytes(StandardCharsets.UTF_8).length >= PAGE_BYTES) {
      throw SetupProblems.overlayTooLong(it);
    }
    return kernel.mount("overlay", it.target().toString(), "overlay", 0, data);
  }

  private void byFuse(SetupStep.MountOverlay it) {
    List<FuseOverlay.Part> lower = new ArrayList<>();
    Owner owner = new Owner(0, 0);
    Path named = it.upper();
    for (Path path : it.lower()) {
      MountVolume volume = unopened(path);
      if (volume != null) {
        lower.add(new FuseOverlay.Image(volume));
        owner = volume.owner();
        named = volume.file();
      } else {
        String tree = lower(it, path);
        if (!tree.isEmpty()) {
          lower.add(new FuseOverlay.Tree(keep(it, kernel.cloneTree(tree))));
        }
      }
    }
    MountVolume store = unopened(it.upper());
    FuseOverlay.Part changes =
        store == null
            ? new FuseOverlay.Tree(keep(it, kernel.cloneTree(parent(it.upper()).toString())))
            : new FuseOverlay.Image(store);
    if (store != null) {
      owner = store.owner();
      named = store.file();
    }
    String place = session.resolve("overlay").toString();
    FuseOverlay overlay = new FuseOverlay(kernel, place);
    keepResult(it, kernel.makeDirectory(AT_FDCWD, place, 0755));
    keepResult(it, overlay.prepare(lower.size() + 1));
    try {
      overlay.mount(new FuseOverlay.Parts(lower, changes, "", owner), it.target().toString());
    } catch (IOException failure) {
      throw SetupProblems.fuseOverlay(named, failure);
    }
  }

  private List<String> lower(SetupStep.MountOverlay it) {
    List<String> lower = new ArrayList<>(it.lower().size());
    for (Path path : it.lower()) {
      String tree = lower(it, path);
      if (!tree.isEmpty()) {
        lower.add(tree);
      }
    }
    return lower;
  }

  /// A path that leads exactly to one of the lower trees; empty when it is not there.
  private String lower(SetupStep.MountOverlay it, Path path) {
    if (!isForeign(path)) {
      return path.toString();
    }
    int fd = find(path);
    return fd == -Errno.ENOENT ? "" : PlanExecutor.descriptor(keepDirectory(it, path, fd));
  }

  /// `upper` or `work`, made when missing.
  private String changes(SetupStep.MountOverlay it, Path path) {
    if (!isForeign(path)) {
      int result = kernel.makeDirectory(AT_FDCWD, path.toString(), 0755);
      if (result != -Errno.EEXIST) {
        keepResult(it, result);
      }
      return path.toString();
    }
    int parent = keep(it, kernel.openDirectory(parent(path).toString()));
    int result = kernel.makeDirectory(parent, String.valueOf(path.getFileName()), 0755);
    if (result < 0 && result != -Errno.EEXIST) {
      throw SetupProblems.overlayDirectory(path, result);
    }
    return PlanExecutor.descriptor(keepDirectory(it, path, find(path)));
  }

  /// Whether somebody else than us made the directory it lies in.
  private boolean isForeign(Path path) {
    return path.startsWith(session) && path.getNameCount() > session.getNameCount() + 1;
  }

  private int find(Path path) {
    int parent = kernel.openDirectory(parent(path).toString());
    if (parent < 0) {
      return parent;
    }
    int fd = kernel.openInRoot(parent, String.valueOf(path.getFileName()), O_NOFOLLOW);
    int _ = kernel.close(parent);
    return fd;
  }

  private int keepDirectory(SetupStep.MountOverlay it, Path path, int fd) {
    int kept = keep(it, fd);
    if ((kernel.mode(kept) & ContainerRoot.TYPE_MASK) != ContainerRoot.DIRECTORY_TYPE) {
      throw SetupProblems.overlayDirectory(path, -Errno.ENOTDIR);
    }
    return kept;
  }

  private int keep(SetupStep.MountOverlay it, int fd) {
    keepResult(it, fd);
    opened.add(fd);
    return fd;
  }

  private static void keepResult(SetupStep.MountOverlay it, int result) {
    if (result < 0) {
      throw SetupProblems.overlay(it, result);
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  /// As overlayfs wants it: `:` parts directories, `,` parts options, and a backslash keeps both.
  private static String escaped(String text) {
    if (text.indexOf(':') < 0 && text.indexOf(',') < 0 && text.indexOf('\\') < 0) {
      return text;
    }
    return text.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
  }
}
