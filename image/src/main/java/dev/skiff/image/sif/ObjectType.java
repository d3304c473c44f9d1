package dev.skiff.image.sif;

/// What an object of a SIF file is.
public enum ObjectType implements Coded {
  DEFINITION_FILE(0x4001, "Def.FILE"),
  ENVIRONMENT(0x4002, "Env.Vars"),
  LABELS(0x4003, "JSON.Labels"),
  PARTITION(0x4004, "FS"),
  SIGNATURE(0x4005, "Signature"),
  JSON(0x4006, "JSON.Generic"),
  GENERIC(0x4007, "Generic/Raw"),
  CRYPTO_MESSAGE(0x4008, "Cryptographic Message"),
  SBOM(0x4009, "SBOM"),
  OCI_ROOT_INDEX(0x400A, "OCI.RootIndex"),
  OCI_BLOB(0x400B, "OCI.Blob"),
  /// A number that is none of the above; the object's bytes can still be read.
  UNKNOWN(0, "Unknown");

  private final int code;
  private final String label;

  ObjectType(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /// How `sif list` names it.
  public String label() {
    return label;
  }

  /// Whether it is content with a digest of its own, as OCI stores it.
  public boolean isOci() {
    return this == OCI_ROOT_INDEX || this == OCI_BLOB;
  }

  @Override
  public int code() {
    return code;
  }

  /// The one with this number; `UNKNOWN` for any other.
  public static ObjectType ofCode(int code) {
    return Coded.find(values(), code, UNKNOWN);
  }
}
