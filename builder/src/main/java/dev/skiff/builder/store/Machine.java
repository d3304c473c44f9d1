package dev.skiff.builder.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Names this machine among those that share a cache, for as long as it runs.
public final class Machine {

  private static final int LONGEST = 40;
  private static final int BOOT_DIGITS = 8;
  private static final String NAME = "%s.%s".formatted(host(), boot());

  private Machine() {}

  /// Small letters, digits and points.
  public static String name() {
    return NAME;
  }

  /// Whether a name is of this machine, be it from before it was started anew.
  static boolean isThis(String name) {
    int point = name.lastIndexOf('.');
    return name.endsWith("." + boot()) || (point >= 0 && name.substring(0, point).equals(host()));
  }

  private static String host() {
    String plain =
        read("/proc/sys/kernel/hostname").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "");
    return plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
  }

  /// Two machines may have one name.
  private static String boot() {
    String id = read("/proc/sys/kernel/random/boot_id").replaceAll("[^a-z0-9]", "");
    return id.length() > BOOT_DIGITS ? id.substring(0, BOOT_DIGITS) : id;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
