package dev.skiff.runtime.doctor;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the answers come from: this machine, or a folder that a test made.
public interface Machine {

  /// The file's text without its last line end; null when it cannot be read.
  @Nullable String text(String file);

  /// Whether something is there.
  boolean exists(String path);

  /// Whether the file can be opened for reading and writing.
  boolean writable(String path);

  /// Its permission bits, `04755`; -1 when it is not there.
  int mode(String path);

  /// Whether a program ends with 0 within a few seconds.
  boolean succeeds(String... command);

  /// Where a program is on the search path; null when it is not.
  @Nullable String program(String name);

  /// The file system of a directory, or of the nearest one above it that is there.
  Disk disk(Path directory);

  /// The caller's variable; empty when it is not set.
  String variable(String name);

  /// The caller's login name.
  String user();

  /// A file system.
  ///
  /// @param type as `ext4`
  /// @param freeBytes what the caller may still write
  /// @param access whether the caller may write there
  record Disk(String type, long freeBytes, Access access) {}

  /// Whether something can be written.
  enum Access {
    WRITABLE,
    CLOSED
  }

  /// This machine.
  static Machine local() {
    return new LocalMachine();
  }

  /// A word of a line such as `Uid: 0 0 0 0` in the process's own status; empty without it.
  private String status(String key, int word) {
    String status = text("/proc/self/status");
    for (String line : (status == null ? "" : status).split("\n", -1)) {
      String[] words = line.strip().split("\\s+", -1);
      if (words[0].equals(key) && words.length > word) {
        return words[word];
      }
    }
    return "";
  }

  /// The caller's effective user id.
  default String uid() {
    return status("Uid:", 2);
  }

  /// Whether the caller is root of the machine, with the right to mount.
  default boolean isRoot() {
    String capabilities = status("CapEff:", 1);
    boolean mounts =
        capabilities.matches("[0-9a-f]{1,16}")
            && (Long.parseUnsignedLong(capabilities, 16) & 1L << 21) != 0;
    String map = text("/proc/self/uid_map");
    boolean whole = map != null && map.strip().matches("0\\s+0\\s+4294967295");
    return uid().equals("0") && mounts && whole;
  }
}
