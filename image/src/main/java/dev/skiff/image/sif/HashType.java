package dev.skiff.image.sif;

/// The hash under a signature.
public enum HashType implements Coded {
  UNKNOWN(0, "Unknown"),
  SHA256(1, "SHA-256"),
  SHA384(2, "SHA-384"),
  SHA512(3, "SHA-512"),
  BLAKE2S(4, "BLAKE2s-256"),
  BLAKE2B(5, "BLAKE2b-256");

  private final int code;
  private final String label;

  HashType(int code, String label) {
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
  public static HashType ofCode(int code) {
    return Coded.find(values(), code, UNKNOWN);
  }
}
