package dev.skiff.runtime.gpu;

import java.util.List;

/// What belongs to AMD's driver: the names of Apptainer's rocmliblist.conf. Images for ROCm bring
/// most of it themselves; what they cannot bring are the devices.
final class RocmParts {

  private RocmParts() {}

  /// Where a site adds names.
  static final String SITE_LIST = "/etc/skiff/rocmliblist.conf";

  /// Where programs lie besides the usual directories.
  static final String DIRECTORY = "/opt/rocm/bin";

  /// The node of the compute driver.
  static final String COMPUTE_NODE = "/dev/kfd";

  static final List<String> NODES = List.of(COMPUTE_NODE, "/dev/dri");

  static final DriverParts ALL =
      new DriverParts(
          List.of(
              "libdrm.so",
              "libdrm_amdgpu.so",
              "libnuma.so",
              "libpci.so",
              "libamdocl64.so",
              "libamdcomgr64.so",
              "libhc_am.so",
              "libmcwamp.so",
              "libmcwamp_cpu.so",
              "libmcwamp_hsa.so",
              "libCXLActivityLogger.so",
              "libcltrace.so",
              "libOpenCL.so",
              "librocr_debug_agent64.so"),
          List.of("rocm-smi", "rocminfo"),
          List.of());
}
