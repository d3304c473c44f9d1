package dev.skiff.runtime.elf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// For which machine a program or library was made: the class and machine of its ELF header.
///
/// @param bits 1 for 32, 2 for 64
/// @param machine `e_machine`
public record ElfIdentity(int bits, int machine) {

  private static final int LENGTH = 20;

  /// That of the machine we run on.
  public static ElfIdentity ours() {
    return switch (System.getProperty("os.arch", "")) {
      case "aarch64" -> new ElfIdentity(2, 183);
      default -> new ElfIdentity(2, 62);
    };
  }

  /// That of a file, or null when it is no ELF file or cannot be read.
  public static @Nullable ElfIdentity of(Path file) {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(LENGTH);
    } catch (IOException e) {
      return null;
    }
    boolean elf =
        head.length == LENGTH
            && head[0] == 0x7f
            && head[1] == 'E'
            && head[2] == 'L'
            && head[3] == 'F';
    if (!elf) {
      return null;
    }
    boolean big = head[5] == 2;
    int low = head[big ? 19 : 18] & 0xff;
    int high = head[big ? 18 : 19] & 0xff;
    return new ElfIdentity(head[4], high << 8 | low);
  }
}
