package dev.skiff.runtime.setup;

import java.io.File;
import org.jspecify.annotations.Nullable;

/// Programs of the host.
public final class Programs {

  private static final String FOLDERS =
      "/usr/bin:/usr/sbin:/bin:/sbin:/usr/local/bin:/opt/bin:/usr/libexec/apptainer/bin";

  private Programs() {}

  /// Where they are looked for, a colon between.
  static String folders() {
    String path = System.getenv("PATH");
    return (path == null ? "" : path + ":") + FOLDERS;
  }

  /// The first of this name on PATH and in the usual folders.
  public static @Nullable String find(String name) {
    String folders = folders();
    int start = 0;
    while (start < folders.length()) {
      int colon = folders.indexOf(':', start);
      int end = colon < 0 ? folders.length() : colon;
      File file = new File(folders.substring(start, end), name);
      if (file.isAbsolute() && file.canExecute() && file.isFile()) {
        return file.getPath();
      }
      start = end + 1;
    }
    return null;
  }
}
