package dev.skiff.runtime.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Which file stands at a path and when it was changed, as `stamp` of `libexec/skiff/start` says
/// it.
final class FileStamp {

  private static final long NANOS = 1_000_000_000L;

  private FileStamp() {}

  /// `-` for none.
  static String of(Path file) {
    try {
      Map<String, Object> found =
          Files.readAttributes(file, "unix:dev,ino,mode,size,lastModifiedTime,ctime");
      long device = number(found, "dev");
      long major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfffL);
      long minor = (device & 0xff) | (device >> 12 & ~0xffL & 0xffffffffL);
      return major
          + ":"
          + minor
          + ":"
          + number(found, "ino")
          + ":"
          + number(found, "mode")
          + ":"
          + number(found, "size")
          + ":"
          + time(found, "lastModifiedTime")
          + ":"
          + time(found, "ctime");
    } catch (IOException e) {
      return "-";
    }
  }

  private static long number(Map<String, Object> found, String name) {
    return found.get(name) instanceof Number number ? number.longValue() : -1;
  }

  private static String time(Map<String, Object> found, String name) {
    long nanos = found.get(name) instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : -1;
    return Math.floorDiv(nanos, NANOS) + ":" + Math.floorMod(nanos, NANOS);
  }
}
