package dev.skiff.runtime.kernel;

/// The error numbers that decisions are made on, and words for those a person may meet.
public final class Errno {

  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EACCES = 13;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int EPIPE = 32;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int EOVERFLOW = 75;
  public static final int ENOTCONN = 107;

  private Errno() {}

  /// What `perror` would say, for a negative result or the number itself.
  public static String text(int result) {
    int number = Math.abs(result);
    return switch (number) {
      case EPERM -> "operation not permitted";
      case ENOENT -> "no such file or directory";
      case EACCES -> "permission denied";
      case EEXIST -> "file exists";
      case EXDEV -> "a symbolic link of the image leads into a directory that is not the image's";
      case ENODEV -> "no such file system or device";
      case ENOTDIR -> "not a directory";
      case EISDIR -> "is a directory";
      case EINVAL -> "invalid argument";
      case ENOSPC -> "no space left";
      case EROFS -> "read-only file system";
      case EPIPE -> "broken pipe";
      case ENOSYS -> "this kernel has no such call";
      case ELOOP -> "too many symbolic links";
      case EOVERFLOW -> "its owner is not known here";
      case ENOTCONN -> "the file system's server is gone";
      default -> "error " + number;
    };
  }
}
