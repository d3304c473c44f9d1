package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import java.io.IOException;
import java.nio.file.Path;

/// Makes a partition visible by the means the plan names. A loop device that cannot be had gives
/// way to FUSE, and where that is missing too the files are unpacked.
public final class MountedImages implements ImageServer {

  private final Kernel kernel;
  private final ImageServer fuse;

  /// @param fuse what serves an image that no loop device holds
  public MountedImages(Kernel kernel, ImageServer fuse) {
    this.kernel = kernel;
    this.fuse = fuse;
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
