package dev.skiff.image.sif;

/// What an object of a SIF file is.
public enum ObjectType {
  DEFINITION_FILE(0x4001),
  ENVIRONMENT(0x4002),
  LABELS(0x4003),
  PARTITION(0x4004),
  SIGNATURE(0x4005),
  JSON(0x4006),
  GENERIC(0x4007),
  CRYPTO_MESSAGE(0x4008),
  SBOM(0x4009),
  OCI_ROOT_INDEX(0x400A),
  OCI_BLOB(0x400B),
  /// A number that is none of the above; the object's bytes can still be read.
  UNKNOWN(0);

  private final int code;

  ObjectType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static ObjectType ofCode(int code) {
    for (ObjectType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return UNKNOWN;
  }
}
