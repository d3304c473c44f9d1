package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Makes a partition visible by the means the plan names. A loop device that cannot be had gives
/// way to FUSE, and where that is missing too the files are unpacked.
public final class MountedImages implements ImageServer {

  private final Kernel kernel;
  private final ImageServer fuse;
  private final @Nullable UseOfUnpacked noted;

  /// Is told of an unpacked image before it is mounted.
  public interface UseOfUnpacked {

    /// Called at most once for each.
    ///
    /// @param directory with its files
    /// @param programs the folders in which there is no server for it, a colon between
    void of(Path directory, String programs);
  }

  /// @param fuse what serves an image that no loop device holds
  public MountedImages(Kernel kernel, ImageServer fuse) {
    this(kernel, fuse, null);
  }

  /// The same.
  ///
  /// @param noted told of images that had to be unpacked
  public MountedImages(Kernel kernel, ImageServer fuse, @Nullable UseOfUnpacked noted) {
    this.kernel = kernel;
    this.fuse = fuse;
    this.noted = noted;
  }

  @Override
  public boolean available() {
    return true;
  }

  @Override
  public void serve(SetupStep.MountImage step) {
    boolean mounted =
        switch (step.means()) {
          case LOOP -> LoopDevice.mount(kernel, step) >= 0;
          case FUSE -> false;
        };
    if (!mounted && fuse.available()) {
      fuse.serve(step);
    } else if (!mounted) {
      unpack(step);
    }
  }

  private void unpack(SetupStep.MountImage step) {
    try {
      Path directory = UnpackedImages.ofCaller().directoryOf(step);
      if (noted != null) {
        noted.of(directory, Programs.folders());
      }
      int tree = kernel.cloneTree(directory.toString());
      int target = kernel.openDirectory(step.target().toString());
      int result = tree < 0 ? tree : kernel.attach(tree, target);
      if (result < 0) {
        throw SetupProblems.image(step, result);
      }
      int _ = kernel.close(tree);
      int _ = kernel.close(target);
    } catch (IOException failure) {
      throw SetupProblems.notUnpacked(step.image(), failure);
    }
  }
}
