package dev.skiff.image.sif;

/// What a partition is for.
public enum PartitionType implements Coded {
  UNKNOWN(0, "Unknown"),
  SYSTEM(1, "System"),
  /// The root of the container; a file has at most one.
  PRIMARY_SYSTEM(2, "*System"),
  DATA(3, "Data"),
  OVERLAY(4, "Overlay");

  private final int code;
  private final String label;

  PartitionType(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /// How `sif list` names it.
  public String label() {
    return label;
  }

  @Override
  public int code() {
    return code;
  }

  /// The one with this number; `UNKNOWN` for any other.
  public static PartitionType ofCode(int code) {
    return Coded.find(values(), code, UNKNOWN);
  }
}
