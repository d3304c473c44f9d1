package dev.skiff.image.sif;

/// The file system in a partition.
public enum FileSystemType implements Coded {
  UNKNOWN(0, "Unknown"),
  SQUASHFS(1, "Squashfs"),
  EXT3(2, "Ext3"),
  ARCHIVE(3, "Archive"),
  RAW(4, "Raw"),
  ENCRYPTED_SQUASHFS(5, "Encrypted squashfs"),
  GOCRYPTFS_SQUASHFS(6, "Gocryptfs squashfs");

  private final int code;
  private final String label;

  FileSystemType(int code, String label) {
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

  /// Whether its bytes cannot be read without a key.
  public boolean isEncrypted() {
    return this == ENCRYPTED_SQUASHFS || this == GOCRYPTFS_SQUASHFS;
  }

  /// The one with this number; `UNKNOWN` for any other.
  public static FileSystemType ofCode(int code) {
    return Coded.find(values(), code, UNKNOWN);
  }
}
