package dev.skiff.builder.reuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What tells whether a file is the one that it was. Nobody sets the time of the last change of an
/// inode, so a file that was written to in place has another one, whatever became of its `mtime`.
///
/// @param modifiedNanos `st_mtim`, since 1970
/// @param changedNanos `st_ctim`, since 1970
/// @param ownerId of whom it is
/// @param mode `st_mode`
record FileIdentity(
    long sizeBytes, long modifiedNanos, long changedNanos, long inode, int ownerId, int mode) {

  private static final int REGULAR = 0100000;
  private static final int FILE_TYPE = 0170000;
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int WRITABLE_BY_ALL = 002;

  /// Of the file itself, should it be a symbolic link.
  static FileIdentity of(Path file) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(
            file, "unix:size,lastModifiedTime,ctime,ino,uid,mode", LinkOption.NOFOLLOW_LINKS);
    return new FileIdentity(
        get(found, "size", Long.class),
        get(found, "lastModifiedTime", FileTime.class).to(TimeUnit.NANOSECONDS),
        get(found, "ctime", FileTime.class).to(TimeUnit.NANOSECONDS),
        get(found, "ino", Long.class),
        get(found, "uid", Integer.class),
        get(found, "mode", Integer.class));
  }

  private static <T> T get(Map<String, Object> found, String name, Class<T> type)
      throws IOException {
    Object value = found.get(name);
    if (value == null) {
      throw new IOException("the file system does not tell " + name);
    }
    return type.cast(value);
  }

  /// Whether it is a regular file of the caller that nobody else can write to.
  boolean isOnlyOurs() throws IOException {
    return (mode & FILE_TYPE) == REGULAR && (mode & WRITABLE_BY_OTHERS) == 0 && ownerId == caller();
  }

  /// Whether it is a regular file of the caller that only they and their group can write to.
  boolean isOurs() throws IOException {
    return (mode & (FILE_TYPE | WRITABLE_BY_ALL)) == REGULAR && ownerId == caller();
  }

  /// Whether it is the same file and nobody has written to it, whatever became of its names and
  /// permissions. Only its owner can give a file that was written to its former time.
  boolean isUnwrittenSince(FileIdentity earlier) {
    return inode == earlier.inode
        && sizeBytes == earlier.sizeBytes
        && modifiedNanos == earlier.modifiedNanos
        && ownerId == earlier.ownerId;
  }

  private static int caller() throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
