package dev.skiff.image.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What the kernel says of a file of the host. As long as it says the same, the file is the same
/// and holds the same bytes: nobody can change these and keep the time of change, which the kernel
/// sets, so long as its clock has moved on.
///
/// @param modifiedNanos since 1970; anybody may set it
/// @param changedNanos since 1970; of bytes, owner, permissions, or names
public record FileStamp(
    long device, long inode, long sizeBytes, long modifiedNanos, long changedNanos) {

  static final String WANTED = "ino,dev,size,lastModifiedTime,ctime";

  /// The stamp of a file as it is now; a link is not followed.
  public static FileStamp of(Path file) throws IOException {
    return of(Files.readAttributes(file, "unix:" + WANTED, LinkOption.NOFOLLOW_LINKS));
  }

  static FileStamp of(Map<String, Object> stat) {
    return new FileStamp(
        number(stat, "dev"),
        number(stat, "ino"),
        number(stat, "size"),
        nanos(stat, "lastModifiedTime"),
        nanos(stat, "ctime"));
  }

  private static long number(Map<String, Object> stat, String name) {
    return stat.get(name) instanceof Number number ? number.longValue() : -1;
  }

  private static long nanos(Map<String, Object> stat, String name) {
    return stat.get(name) instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : -1;
  }
}
