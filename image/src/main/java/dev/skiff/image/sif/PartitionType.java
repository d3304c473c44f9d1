package dev.skiff.image.sif;

/// What a partition is for.
public enum PartitionType {
  UNKNOWN(0),
  SYSTEM(1),
  /// The root of the container; a file has at most one.
  PRIMARY_SYSTEM(2),
  DATA(3),
  OVERLAY(4);

  private final int code;

  PartitionType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static PartitionType ofCode(int code) {
    for (PartitionType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return UNKNOWN;
  }
}
