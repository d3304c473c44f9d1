package dev.skiff.runtime.setup;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.FileSystem;
import dev.skiff.runtime.plan.SetupStep.MountImage;
import dev.skiff.runtime.plan.SetupStep.MountVolume;
import dev.skiff.runtime.plan.SetupStep.Owner;
import dev.skiff.runtime.plan.ShellText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes volumes visible in the session: by a loop device for root, else by a FUSE server.
final class VolumeMounts {

  private static final int O_RDWR = 2;
  private static final int EAGAIN = 11;
  private static final int MS_RDONLY = 1;

  private static final int PATIENCE_MILLIS = 5000;

  private final Kernel kernel;
  private final Consumer<Problem> warnings;
  private final Map<Path, MountVolume> mounted = new HashMap<>();
  private final Map<Path, MountVolume> unopened = new HashMap<>();
  private int servers;

  VolumeMounts(Kernel kernel, Consumer<Problem> warnings) {
    this.kernel = kernel;
    this.warnings = warnings;
  }

  /// Mounts one, or notes it until somebody needs it. Its target exists. Says what became of it.
  String mount(MountVolume step) {
    mounted.put(step.target(), step);
    int lock = lock(step);
    try {
      if (step.means() == MountImage.Means.LOOP && byLoop(step)) {
        return "mounted by a loop device";
      }
    } finally {
      int _ = kernel.close(lock);
    }
    return switch (step.fileSystem()) {
      case SQUASHFS -> squashfs(step);
      case EXT3 -> ext(step);
    };
  }

  /// Held until a loop device shows the file as in use; `fuse2fs` takes one of its own. A container
  /// that has just ended still has its servers for a moment.
  private int lock(MountVolume step) {
    boolean writable = step.access() == Access.READ_WRITE;
    int fd = kernel.open(step.file().toString(), writable ? O_RDWR : 0);
    if (fd < 0) {
      throw SetupProblems.volume(step, Errno.text(fd));
    }
    Kernel.Sharing sharing = writable ? Kernel.Sharing.NOBODY : Kernel.Sharing.READERS;
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    while (kernel.lock(fd, sharing) == -EAGAIN || isMounted(step)) {
      if (System.nanoTime() > end) {
        int _ = kernel.close(fd);
        throw SetupProblems.volumeInUse(step);
      }
      pause();
    }
    return fd;
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Two kernels' views of one file system, one of which changes it, would ruin it.
  private static boolean isMounted(MountVolume step) {
    if (step.fileSystem() == FileSystem.SQUASHFS) {
      return false;
    }
    boolean writable = step.access() == Access.READ_WRITE;
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path device : devices) {
        boolean same =
            text(device.resolve("loop/backing_file")).equals(step.file().toString())
                && text(device.resolve("loop/offset")).equals(Long.toString(step.offsetBytes()));
        if (same && (writable || text(device.resolve("ro")).equals("0"))) {
          return true;
        }
      }
      return false;
    } catch (IOException _) { // there are no loop devices
      return false;
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException _) {
      return "";
    }
  }

  private boolean byLoop(MountVolume step) {
    int result = LoopDevice.mount(kernel, step);
    boolean format = result == -Errno.EINVAL || result == -117; // EUCLEAN
    if (format && step.fileSystem() == FileSystem.EXT3) {
      throw SetupProblems.volume(step, "the kernel refuses its file system");
    }
    return result >= 0;
  }

  private String squashfs(MountVolume step) {
    String program = Programs.find("squashfuse_ll");
    if (program == null || !Files.isWritable(Path.of("/dev/fuse"))) {
      unpack(step);
      return "unpacked";
    }
    try (WaitingShell shell = WaitingShell.start(kernel, new Owner(0, 0))) {
      int result = shell.mount("squashfuse", step.target().toString(), MS_RDONLY);
      if (result < 0) {
        shell.kill();
        throw SetupProblems.volume(step, Errno.text(result));
      }
      shell.tell(
          "exec "
              + ShellText.literal(program)
              + " -f -o ro,offset="
              + step.offsetBytes()
              + " "
              + ShellText.literal(step.file().toString())
              + " /dev/fd/3 </dev/null >/dev/null 2>&1\n");
      return "mounted by squashfuse";
    } catch (IOException failure) {
      throw SetupProblems.volume(step, String.valueOf(failure.getMessage()));
    }
  }

  private void unpack(MountVolume step) {
    try {
      MountImage image =
          new MountImage(
              step.file(), step.offsetBytes(), step.sizeBytes(), step.means(), step.target());
      Path directory = UnpackedImages.ofCaller().directoryOf(image);
      int tree = kernel.cloneTree(directory.toString());
      int target = kernel.openDirectory(step.target().toString());
      int result = tree < 0 ? tree : kernel.attach(tree, target);
      int _ = kernel.close(tree) + kernel.close(target);
      if (result < 0) {
        throw SetupProblems.volume(step, Errno.text(result));
      }
    } catch (IOException failure) {
      throw SetupProblems.notUnpacked(step.file(), failure);
    }
  }

  private String ext(MountVolume step) {
    if (FuseOverlay.opensImages()) {
      unopened.put(step.target(), step);
      return "mounted by fuse2fs and fuse-overlayfs";
    }
    if (step.missing() == SetupStep.Missing.FAIL) {
      throw SetupProblems.noExtServer(step);
    }
    Problem absent = SetupProblems.noExtServer(step).problem();
    warnings.accept(absent);
    return "left out: " + absent.why();
  }

  /// The image that a directory of changes lies in, if only the overlay's own server opens it.
  @Nullable MountVolume unopened(Path directory) {
    Path target = directory.getParent();
    return target == null ? null : unopened.get(target);
  }

  /// Shows a part of an image that is opened by a FUSE server of its own, for reading.
  ///
  /// @param target a host path, made here
  private void open(MountVolume step, String part, String target) {
    String place = step.target() + "-server" + servers++;
    FuseOverlay overlay = new FuseOverlay(kernel, place);
    try {
      make(place);
      make(target);
      int result = overlay.prepare(1);
      if (result < 0) {
        throw new IOException(Errno.text(result));
      }
      FuseOverlay.Image image = new FuseOverlay.Image(step);
      overlay.mount(new FuseOverlay.Parts(List.of(image), null, part, step.owner()), target);
    } catch (IOException failure) {
      throw SetupProblems.volume(step, String.valueOf(failure.getMessage()));
    }
  }

  private void make(String directory) throws IOException {
    int result = kernel.makeDirectory(OverlayMount.AT_FDCWD, directory, 0755);
    if (result < 0) {
      throw new IOException(Errno.text(result));
    }
  }

  /// As `tree`, of an image that is not open yet. A file comes with its directory.
  private int openedTree(MountVolume step, String path) {
    String target = step.target() + "-part" + servers;
    open(step, path, target);
    int tree = find(target, path.substring(path.lastIndexOf('/')));
    return tree == -Errno.ENOENT ? kernel.cloneTree(target) : tree;
  }

  /// A tree of what lies at `path` in a volume, for the caller to close; or minus the error number.
  int tree(String volume, String path) {
    MountVolume closed = unopened.get(Path.of(volume));
    return closed == null ? find(volume, path) : openedTree(closed, path);
  }

  /// Says it where the image that was named is the overlay of one.
  ///
  /// @param directory what is shown, which may be all of a volume
  /// @param shown a host path
  void requireImage(Path directory, String shown) {
    MountVolume step = mounted.get(directory);
    if (step != null && has(shown, "/upper") && has(shown, "/work") && !has(shown, "/bin")) {
      throw SetupProblems.overlayAsImage(step);
    }
  }

  private boolean has(String directory, String name) {
    int root = kernel.openDirectory(directory);
    int found = root < 0 ? root : new ContainerRoot(kernel, root).find(name);
    if (found >= 0) {
      int _ = kernel.close(found);
    }
    if (root >= 0) {
      int _ = kernel.close(root);
    }
    return found >= 0;
  }

  /// A tree of a directory, which may be all of a volume. The caller closes it.
  int tree(Path directory) {
    MountVolume closed = unopened.get(directory);
    return closed == null ? kernel.cloneTree(directory.toString()) : openedTree(closed, "/");
  }

  private int find(String volume, String path) {
    int root = kernel.openDirectory(volume);
    if (root < 0) {
      return root;
    }
    int found = new ContainerRoot(kernel, root).find(path);
    int tree = found < 0 ? found : kernel.cloneTree(PlanExecutor.descriptor(found));
    if (found >= 0) {
      int _ = kernel.close(found);
    }
    int _ = kernel.close(root);
    return tree;
  }
}
