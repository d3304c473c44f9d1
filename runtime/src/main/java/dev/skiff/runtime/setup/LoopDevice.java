package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.kernel.LittleEndian;
import dev.skiff.runtime.plan.SetupStep;

/// Mounts a partition with the kernel's own drivers, for root. The loop device frees itself when
/// its mount is gone.
///
/// @see <a href="https://man7.org/linux/man-pages/man4/loop.4.html">loop(4)</a>
final class LoopDevice {

  private static final int O_RDWR = 2;
  private static final int EBUSY = 16;
  private static final int LOOP_CTL_GET_FREE = 0x4C82;
  private static final int LOOP_CONFIGURE = 0x4C0A;
  private static final int CONFIG_BYTES = 304;
  private static final int INFO = 8; // where struct loop_info64 starts in struct loop_config
  private static final int READ_ONLY = 1;
  private static final int AUTOCLEAR = 4;
  private static final int MS_RDONLY = 1;
  private static final int MS_NOSUID = 2;
  private static final int MS_NODEV = 4;
  private static final int TRIES = 50;

  private final Kernel kernel;
  private final String file;
  private final long offsetBytes;
  private final long sizeBytes;
  private final boolean writable;

  private LoopDevice(
      Kernel kernel, String file, long offsetBytes, long sizeBytes, boolean writable) {
    this.kernel = kernel;
    this.file = file;
    this.offsetBytes = offsetBytes;
    this.sizeBytes = sizeBytes;
    this.writable = writable;
  }

  /// 0, or minus the error number of the call that failed; nothing is left behind then.
  static int mount(Kernel kernel, SetupStep.MountImage step) {
    LoopDevice device =
        new LoopDevice(
            kernel, step.image().toString(), step.offsetBytes(), step.sizeBytes(), false);
    return device.mount(step.target().toString(), MS_RDONLY | MS_NODEV, "squashfs");
  }

  /// As for an image. An ext3 file system whose journal is to be replayed is not, when nothing may
  /// be written.
  static int mount(Kernel kernel, SetupStep.MountVolume step) {
    boolean writable = step.access() == SetupStep.Access.READ_WRITE;
    LoopDevice device =
        new LoopDevice(
            kernel, step.file().toString(), step.offsetBytes(), step.sizeBytes(), writable);
    int flags = MS_NOSUID | MS_NODEV | (writable ? 0 : MS_RDONLY);
    return switch (step.fileSystem()) {
      case SQUASHFS -> device.mount(step.target().toString(), flags, "squashfs");
      case EXT3 -> device.mount(step.target().toString(), flags, "ext3", "ext4");
    };
  }

  private int mount(String target, int flags, String... types) {
    int image = kernel.open(file, writable ? O_RDWR : 0);
    if (image < 0) {
      return image;
    }
    int control = kernel.open("/dev/loop-control", O_RDWR);
    int result = control;
    if (control >= 0) {
      result = -EBUSY;
      for (int i = 0; i < TRIES && result == -EBUSY; i++) { // others take devices too
        int number = kernel.ioctl(control, LOOP_CTL_GET_FREE, 0);
        result = number < 0 ? number : mount(image, "/dev/loop" + number, target, flags, types);
      }
      int _ = kernel.close(control);
    }
    int _ = kernel.close(image);
    return result;
  }

  private int mount(int image, String name, String target, int flags, String... types) {
    int device = kernel.open(name, O_RDWR);
    if (device < 0) {
      return device;
    }
    byte[] config = new byte[CONFIG_BYTES];
    LittleEndian.put(config, 0, 4, image);
    LittleEndian.put(config, INFO + 24, 8, offsetBytes);
    LittleEndian.put(config, INFO + 32, 8, sizeBytes);
    LittleEndian.put(config, INFO + 52, 4, writable ? AUTOCLEAR : AUTOCLEAR | READ_ONLY);
    int result = kernel.ioctl(device, LOOP_CONFIGURE, config);
    if (result >= 0) {
      for (String type : types) {
        result = kernel.mount(name, target, type, flags, "");
        if (result == -Errno.EROFS) {
          result = kernel.mount(name, target, type, flags, "noload");
        }
        if (result >= 0) {
          break;
        }
      }
    }
    int _ = kernel.close(device);
    return result;
  }
}
