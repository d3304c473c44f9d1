package dev.skiff.runtime.kernel;

/// The processors Skiff runs on.
public enum Architecture {
  X86_64(0xC000003E),
  ARM64(0xC00000B7);

  private final int auditNumber;

  Architecture(int auditNumber) {
    this.auditNumber = auditNumber;
  }

  /// `AUDIT_ARCH_*`, which a system call filter finds in `seccomp_data.arch`.
  public int auditNumber() {
    return auditNumber;
  }

  /// The one this JVM runs on.
  public static Architecture host() {
    return "aarch64".equals(System.getProperty("os.arch")) ? ARM64 : X86_64;
  }
}
