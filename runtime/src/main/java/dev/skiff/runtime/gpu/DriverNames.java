package dev.skiff.runtime.gpu;

import java.util.List;

/// What belongs to NVIDIA's driver, by name.
///
/// The list is that of Apptainer's nvliblist.conf, with the libraries users were missing in it: the
/// allocator and the GBM platform, without which EGL and Vulkan programs end at start.
final class DriverNames {

  private DriverNames() {}

  /// Beginnings of library names; what follows must be `.so`, here or after more letters.
  static final List<String> LIBRARIES =
      List.of(
          "libcuda.so",
          "libcudadebugger.so",
          "libEGL.so",
          "libEGL_nvidia.so",
          "libGL.so",
          "libGLESv1_CM.so",
          "libGLESv1_CM_nvidia.so",
          "libGLESv2.so",
          "libGLESv2_nvidia.so",
          "libGLX.so",
          "libGLX_indirect.so",
          "libGLX_nvidia.so",
          "libGLdispatch.so",
          "libOpenCL.so",
          "libOpenGL.so",
          "libnvcuvid.so",
          "libnvidia-allocator.so",
          "libnvidia-cbl.so",
          "libnvidia-cfg.so",
          "libnvidia-compiler.so",
          "libnvidia-egl-gbm.so",
          "libnvidia-egl-wayland.so",
          "libnvidia-eglcore.so",
          "libnvidia-encode.so",
          "libnvidia-fatbinaryloader.so",
          "libnvidia-fbc.so",
          "libnvidia-glcore.so",
          "libnvidia-glsi.so",
          "libnvidia-glvkspirv.so",
          "libnvidia-gpucomp.so",
          "libnvidia-gtk2.so",
          "libnvidia-gtk3.so",
          "libnvidia-ifr.so",
          "libnvidia-ml.so",
          "libnvidia-nvvm.so",
          "libnvidia-opencl.so",
          "libnvidia-opticalflow.so",
          "libnvidia-ptxjitcompiler.so",
          "libnvidia-rtcore.so",
          "libnvidia-tls.so",
          "libnvidia-wfb.so",
          "libnvoptix.so",
          "libvdpau_nvidia.so",
          "nvidia_drv.so",
          "tls_test_.so");

  /// The driver's own compute library: without it there is no GPU to use.
  static final String COMPUTE = "libcuda.so";

  static final List<String> BINARIES =
      List.of(
          "nvidia-smi",
          "nvidia-debugdump",
          "nvidia-persistenced",
          "nvidia-cuda-mps-control",
          "nvidia-cuda-mps-server");

  static final List<String> BINARY_DIRECTORIES =
      List.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin");

  /// Settings, and the socket of the daemon that keeps GPUs awake.
  static final List<String> FILES =
      List.of(
          "/usr/share/glvnd/egl_vendor.d/10_nvidia.json",
          "/usr/share/vulkan/icd.d/nvidia_icd.json",
          "/usr/share/vulkan/icd.d/nvidia_layers.json",
          "/usr/share/vulkan/implicit_layer.d/nvidia_layers.json",
          "/usr/share/egl/egl_external_platform.d/15_nvidia_gbm.json",
          "/usr/share/egl/egl_external_platform.d/10_nvidia_wayland.json",
          "/usr/share/nvidia/nvoptix.bin",
          "/var/run/nvidia-persistenced/socket");

  static boolean isDriverLibrary(String name) {
    for (String prefix : LIBRARIES) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
