package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.kernel.LittleEndian;
import dev.skiff.runtime.plan.SetupStep;

/// Mounts a partition with the kernel's own SquashFS driver, for root. The loop device frees itself
/// when its mount is gone.
///
/// @see <a href="https://man7.org/linux/man-pages/man4/loop.4.html">loop(4)</a>
final class LoopDevice {

  private static final int O_RDWR = 2;
  private static final int EBUSY = 16;
  private static final int LOOP_CTL_GET_FREE = 0x4C82;
  private static final int LOOP_CONFIGURE = 0x4C0A;
  private static final int CONFIG_BYTES = 304;
  private static final int INFO = 8; // where struct loop_info64 starts in struct loop_config
  private static final int READ_ONLY_AUTOCLEAR = 1 | 4;
  private static final int MS_RDONLY_NODEV = 1 | 4;
  private static final int TRIES = 50;

  private LoopDevice() {}

  /// 0, or minus the error number of the call that failed; nothing is left behind then.
  static int mount(Kernel kernel, SetupStep.MountImage step) {
    int image = kernel.open(step.image().toString(), 0);
    if (image < 0) {
      return image;
    }
    int control = kernel.open("/dev/loop-control", O_RDWR);
    int result = control;
    if (control >= 0) {
      result = -EBUSY;
      for (int i = 0; i < TRIES && result == -EBUSY; i++) { // others take devices too
        result = mount(kernel, step, image, kernel.ioctl(control, LOOP_CTL_GET_FREE, 0));
      }
      int _ = kernel.close(control);
    }
    int _ = kernel.close(image);
    return result;
  }

  private static int mount(Kernel kernel, SetupStep.MountImage step, int image, int number) {
    if (number < 0) {
      return number;
    }
    String name = "/dev/loop" + number;
    int device = kernel.open(name, O_RDWR);
    if (device < 0) {
      return device;
    }
    byte[] config = new byte[CONFIG_BYTES];
    LittleEndian.put(config, 0, 4, image);
    LittleEndian.put(config, INFO + 24, 8, step.offsetBytes());
    LittleEndian.put(config, INFO + 32, 8, step.sizeBytes());
    LittleEndian.put(config, INFO + 52, 4, READ_ONLY_AUTOCLEAR);
    int result = kernel.ioctl(device, LOOP_CONFIGURE, config);
    if (result >= 0) {
      String target = step.target().toString();
      result = kernel.mount(name, target, "squashfs", MS_RDONLY_NODEV, "");
    }
    int _ = kernel.close(device);
    return result;
  }
}
