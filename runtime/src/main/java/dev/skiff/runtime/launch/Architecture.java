package dev.skiff.runtime.launch;

/// The processors Skiff runs on.
enum Architecture {
  X86_64(0xC000003E),
  ARM64(0xC00000B7);

  private final int auditNumber;

  Architecture(int auditNumber) {
    this.auditNumber = auditNumber;
  }

  /// `AUDIT_ARCH_*`, which a system call filter finds in `seccomp_data.arch`.
  int auditNumber() {
    return auditNumber;
  }

  /// The one this JVM runs on.
  static Architecture host() {
    return "aarch64".equals(System.getProperty("os.arch")) ? ARM64 : X86_64;
  }
}
