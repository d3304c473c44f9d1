package dev.skiff.runtime.launch;

import dev.skiff.runtime.plan.SetupStep;

/// Mounts a partition by the means the plan names; a loop device that cannot be had gives way to
/// FUSE.
final class MountedImages implements ImageServer {

  private final Kernel kernel;
  private final ImageServer fuse;

  MountedImages(Kernel kernel, ImageServer fuse) {
    this.kernel = kernel;
    this.fuse = fuse;
  }

  @Override
  public void serve(SetupStep.MountImage step) {
    switch (step.means()) {
      case LOOP -> {
        if (LoopDevice.mount(kernel, step) < 0) {
          fuse.serve(step);
        }
      }
      case FUSE -> fuse.serve(step);
    }
  }
}
