package dev.skiff.runtime.request;

import java.nio.file.Path;
import java.util.List;

/// Which GPUs and other devices the container is to see.
///
/// @param nvidia `--nv`
/// @param rocm `--rocm`
/// @param source who says what belongs to NVIDIA's driver
/// @param devices names of CDI devices, `vendor.com/class=name`, in the order given
/// @param specifications directories of CDI specifications in place of the usual ones
public record GpuRequest(
    Need nvidia, Need rocm, Source source, List<String> devices, List<Path> specifications) {

  /// None.
  public static final GpuRequest NONE =
      new GpuRequest(Need.NONE, Need.NONE, Source.LOADER_CACHE, List.of(), List.of());

  public GpuRequest {
    devices = List.copyOf(devices);
    specifications = List.copyOf(specifications);
  }

  /// Whether anything has to be looked for.
  public boolean isEmpty() {
    return nvidia == Need.NONE && rocm == Need.NONE && devices.isEmpty();
  }

  /// How much a driver is wanted.
  public enum Need {
    NONE,
    /// Without one there is a warning.
    WANTED,
    /// Without one the container does not start: `--nv=require`.
    REQUIRED
  }

  /// Who says what belongs to NVIDIA's driver.
  public enum Source {
    /// Our list of names, and /etc/ld.so.cache.
    LOADER_CACHE,
    /// `nvidia-container-cli list`: `--nvccli`.
    CONTAINER_CLI
  }
}
