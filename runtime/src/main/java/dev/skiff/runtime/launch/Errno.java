package dev.skiff.runtime.launch;

/// The error numbers that decisions are made on, and words for those a person may meet.
final class Errno {

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int ENOTDIR = 20;
  static final int EISDIR = 21;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int EPIPE = 32;
  static final int ENOSYS = 38;
  static final int ELOOP = 40;
  static final int ENOTCONN = 107;

  private Errno() {}

  /// What `perror` would say, for a negative result or the number itself.
  static String text(int result) {
    int number = Math.abs(result);
    return switch (number) {
      case EPERM -> "operation not permitted";
      case ENOENT -> "no such file or directory";
      case EACCES -> "permission denied";
      case EEXIST -> "file exists";
      case ENODEV -> "no such file system or device";
      case ENOTDIR -> "not a directory";
      case EISDIR -> "is a directory";
      case EINVAL -> "invalid argument";
      case ENOSPC -> "no space left";
      case EROFS -> "read-only file system";
      case EPIPE -> "broken pipe";
      case ENOSYS -> "this kernel has no such call";
      case ELOOP -> "too many symbolic links";
      case ENOTCONN -> "the file system's server is gone";
      default -> "error " + number;
    };
  }
}
