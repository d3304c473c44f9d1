package dev.skiff.image.sif;

/// The file system in a partition.
public enum FileSystemType {
  UNKNOWN(0),
  SQUASHFS(1),
  EXT3(2),
  ARCHIVE(3),
  RAW(4),
  ENCRYPTED_SQUASHFS(5),
  GOCRYPTFS_SQUASHFS(6);

  private final int code;

  FileSystemType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static FileSystemType ofCode(int code) {
    for (FileSystemType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return UNKNOWN;
  }
}
