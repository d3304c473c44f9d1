package dev.skiff.builder.root;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.kernel.LinuxKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Mounts overlays for the build itself, in the mount namespace that it was started in. For one
/// thread.
///
/// @param kernel asked to mount
public record OverlayMounts(Kernel kernel) {

  private static final int PAGE_BYTES = 4096;
  private static final int MNT_DETACH = 2;
  private static final int EBUSY = 16;

  /// With the real kernel.
  public static OverlayMounts real() {
    return new OverlayMounts(new LinuxKernel(LinuxKernel.Calls.REAL));
  }

  /// Why the kernel does not mount an overlay in a directory; empty if it does.
  ///
  /// @param scratch an empty directory, which is left empty
  public String refusal(Path scratch) throws IOException {
    Path lower = Files.createDirectory(scratch.resolve("lower"));
    Path upper = Files.createDirectory(scratch.resolve("upper"));
    Path work = Files.createDirectory(scratch.resolve("work"));
    try {
      mount(List.of(lower), upper, work, lower);
      unmount(lower);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } finally {
      for (Path directory : List.of(lower, upper, work)) {
        TreeRemoval.remove(directory);
      }
    }
  }

  /// Mounts a writable overlay.
  ///
  /// @param lower topmost first
  /// @param work empty, on the file system of `upper`
  /// @param target may be one of the lower directories, which it then covers
  public void mount(List<Path> lower, Path upper, Path work, Path target) throws IOException {
    // Nobody remounts it after a crash, so nothing need reach the disk when it is unmounted.
    mount(
        "volatile,lowerdir=%s,upperdir=%s,workdir=%s"
            .formatted(joined(lower), escaped(upper), escaped(work)),
        target);
  }

  /// Mounts several directories as one that cannot be written to.
  ///
  /// @param lower at least two, topmost first
  public void mountReadOnly(List<Path> lower, Path target) throws IOException {
    mount("lowerdir=" + joined(lower), target);
  }

  private void mount(String options, Path target) throws IOException {
    String data = "userxattr," + options;
    if (data.getBytes(StandardCharsets.UTF_8).length >= PAGE_BYTES) {
      throw new IOException("the names of the overlay's layers exceed the kernel's 4096 bytes");
    }
    int result = kernel.mount("overlay", target.toString(), "overlay", 0, data);
    if (result < 0) {
      throw new IOException(
          "an overlay in '%s' was refused: %s".formatted(target.getParent(), Errno.text(result)));
    }
  }

  /// Takes an overlay away again, also if a program is still in it.
  public void unmount(Path target) throws IOException {
    int result = kernel.unmount(target.toString(), 0);
    if (result == -EBUSY) {
      result = kernel.unmount(target.toString(), MNT_DETACH);
    }
    if (result < 0 && result != -Errno.EINVAL) { // that is: nothing is mounted there any more
      throw new IOException("unmounting '%s': %s".formatted(target, Errno.text(result)));
    }
  }

  private static String joined(List<Path> directories) {
    return directories.stream().map(OverlayMounts::escaped).collect(Collectors.joining(":"));
  }

  private static String escaped(Path path) {
    return path.toString().replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
  }
}
