package dev.skiff.image.sif;

/// The processor that a root file system is for, as SIF numbers it and Go names it.
public enum Architecture {
  UNKNOWN("00", "unknown"),
  X86("01", "386"),
  AMD64("02", "amd64"),
  ARM("03", "arm"),
  ARM64("04", "arm64"),
  PPC64("05", "ppc64"),
  PPC64LE("06", "ppc64le"),
  MIPS("07", "mips"),
  MIPSLE("08", "mipsle"),
  MIPS64("09", "mips64"),
  MIPS64LE("10", "mips64le"),
  S390X("11", "s390x"),
  RISCV64("12", "riscv64"),
  LOONG64("13", "loong64");

  private final String code;
  private final String goName;

  Architecture(String code, String goName) {
    this.code = code;
    this.goName = goName;
  }

  /// Two digits.
  public String code() {
    return code;
  }

  /// The name that OCI images and `apptainer sif list` use.
  public String goName() {
    return goName;
  }

  /// The one with this name, as OCI images have it; `UNKNOWN` for any other.
  public static Architecture ofGoName(String name) {
    for (Architecture architecture : values()) {
      if (architecture.goName.equals(name)) {
        return architecture;
      }
    }
    return UNKNOWN;
  }

  /// The one with this code; `UNKNOWN` for any other.
  public static Architecture ofCode(String code) {
    for (Architecture architecture : values()) {
      if (architecture.code.equals(code)) {
        return architecture;
      }
    }
    return UNKNOWN;
  }

  /// The one that this Java runs on.
  public static Architecture ofThisMachine() {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64", "x86_64" -> AMD64;
      case "aarch64" -> ARM64;
      case "ppc64le" -> PPC64LE;
      case "s390x" -> S390X;
      case "riscv64" -> RISCV64;
      default -> UNKNOWN;
    };
  }
}
