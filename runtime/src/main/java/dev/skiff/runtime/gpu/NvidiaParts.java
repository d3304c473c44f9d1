package dev.skiff.runtime.gpu;

import java.util.ArrayList;
import java.util.List;

/// What belongs to NVIDIA's driver.
///
/// The libraries are those of Apptainer's nvliblist.conf and of nvidia-container-toolkit: without
/// the allocator and the GBM platform EGL and Vulkan programs end at start, without the checking
/// libraries NVSwitch systems cannot be looked at.
final class NvidiaParts {

  private NvidiaParts() {}

  /// The driver's own compute library: without it there is no GPU to use.
  static final String COMPUTE = "libcuda.so";

  /// Where a site adds names.
  static final String SITE_LIST = "/etc/skiff/nvliblist.conf";

  /// Where the libraries lie on hosts that leave them out of /etc/ld.so.cache: a GKE node's pod,
  /// WSL, NixOS, and a container that was itself given a driver.
  static final List<String> DIRECTORIES =
      List.of(
          "/.singularity.d/libs",
          "/usr/local/nvidia/lib64",
          "/usr/lib/wsl/lib",
          "/run/opengl-driver/lib");

  /// Sockets of the daemons that keep GPUs awake, connect them, and share them. The last is where
  /// MPS puts its pipes unless `CUDA_MPS_PIPE_DIRECTORY` says otherwise.
  static final List<String> SOCKETS =
      List.of(
          "/var/run/nvidia-persistenced/socket",
          "/var/run/nvidia-fabricmanager/socket",
          "/tmp/nvidia-mps");

  private static final List<String> LIBRARIES =
      List.of(
          "libcuda.so",
          "libcudadebugger.so",
          "libEGL.so",
          "libEGL_installertest.so",
          "libEGL_nvidia.so",
          "libGL.so",
          "libGLESv1_CM.so",
          "libGLESv1_CM_nvidia.so",
          "libGLESv2.so",
          "libGLESv2_nvidia.so",
          "libGLX.so",
          "libGLX_indirect.so",
          "libGLX_installertest.so",
          "libGLX_nvidia.so",
          "libGLdispatch.so",
          "libglx.so",
          "libOpenCL.so",
          "libOpenGL.so",
          "libnvcuvid.so",
          "libnvidia-allocator.so",
          "libnvidia-api.so",
          "libnvidia-cbl.so",
          "libnvidia-cfg.so",
          "libnvidia-compiler.so",
          "libnvidia-egl-gbm.so",
          "libnvidia-egl-wayland.so",
          "libnvidia-egl-wayland2.so",
          "libnvidia-egl-xcb.so",
          "libnvidia-egl-xlib.so",
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
          "libnvidia-ngx.so",
          "libnvidia-nscq.so",
          "libnvidia-nvvm.so",
          "libnvidia-nvvm70.so",
          "libnvidia-opencl.so",
          "libnvidia-opticalflow.so",
          "libnvidia-pkcs11.so",
          "libnvidia-pkcs11-openssl3.so",
          "libnvidia-present.so",
          "libnvidia-ptxjitcompiler.so",
          "libnvidia-rtcore.so",
          "libnvidia-sandboxutils.so",
          "libnvidia-tileiras.so",
          "libnvidia-tls.so",
          "libnvidia-vksc-core.so",
          "libnvidia-vulkan-producer.so",
          "libnvidia-wayland-client.so",
          "libnvidia-wfb.so",
          "libnvoptix.so",
          "libnvsandboxutils.so",
          "libnvrm_",
          "libnvos.so",
          "libnvcu",
          "libnvsci",
          "libdxcore.so",
          "libvdpau_nvidia.so",
          "nvidia_drv.so",
          "tls_test_.so");

  private static final List<String> BINARIES =
      List.of(
          "nvidia-smi",
          "nvidia-debugdump",
          "nvidia-persistenced",
          "nvidia-cuda-mps-control",
          "nvidia-cuda-mps-server",
          "nv-fabricmanager");

  /// Below `/etc` and below `/usr/share`: Debian's alternatives, NVIDIA's installer and RPM
  /// packages put them in different ones of the two.
  private static final List<String> SETTINGS =
      List.of(
          "glvnd/egl_vendor.d/10_nvidia.json",
          "vulkan/icd.d/nvidia_icd.json",
          "vulkan/icd.d/nvidia_icd.x86_64.json",
          "vulkan/icd.d/nvidia_icd.aarch64.json",
          "vulkan/icd.d/nvidia_layers.json",
          "vulkan/implicit_layer.d/nvidia_layers.json",
          "vulkansc/icd.d/nvidia_icd_vksc.json",
          "egl/egl_external_platform.d/09_nvidia_wayland2.json",
          "egl/egl_external_platform.d/10_nvidia_wayland.json",
          "egl/egl_external_platform.d/15_nvidia_gbm.json",
          "egl/egl_external_platform.d/20_nvidia_xcb.json",
          "egl/egl_external_platform.d/20_nvidia_xlib.json",
          "OpenCL/vendors/nvidia.icd");

  /// All of it.
  static final DriverParts ALL = new DriverParts(LIBRARIES, BINARIES, files());

  private static List<String> files() {
    List<String> files = new ArrayList<>();
    for (String name : SETTINGS) {
      files.add("/usr/share/" + name);
      files.add("/etc/" + name);
    }
    files.add("/usr/share/nvidia/nvoptix.bin");
    return files;
  }
}
