package dev.skiff.image.tree;

/// The kernel's error numbers that are met when trees are read and made, and their words.
final class Errno {

  static final int NOT_PERMITTED = 1;
  static final int INVALID = 22;
  static final int RANGE = 34;
  static final int NAME_TOO_LONG = 36;
  static final int NOT_SUPPORTED = 95;

  private Errno() {}

  static String text(int errno) {
    return switch (errno) {
      case NOT_PERMITTED -> "operation not permitted";
      case 2 -> "no such file or directory";
      case 5 -> "input/output error";
      case 13 -> "permission denied";
      case 17 -> "file exists";
      case INVALID -> "invalid argument";
      case 28 -> "no space left on device";
      case 30 -> "read-only file system";
      case 31 -> "too many links";
      case RANGE -> "result too large";
      case NAME_TOO_LONG -> "file name too long";
      case 61 -> "no such attribute";
      case NOT_SUPPORTED -> "operation not supported";
      case 122 -> "disk quota exceeded";
      default -> "error " + errno;
    };
  }
}
