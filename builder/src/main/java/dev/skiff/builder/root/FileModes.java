package dev.skiff.builder.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Permission bits as numbers, all twelve of them.
public final class FileModes {

  private FileModes() {}

  /// Sets the lower twelve bits of st_mode, whatever the umask; not on a symbolic link.
  public static void set(Path file, int permissions) throws IOException {
    Files.setAttribute(file, "unix:mode", permissions);
  }

  /// The lower twelve bits of st_mode.
  public static int of(Path file, LinkOption... options) throws IOException {
    return ((Integer) Files.getAttribute(file, "unix:mode", options)) & 07777;
  }
}
