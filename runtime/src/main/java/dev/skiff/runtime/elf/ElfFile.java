package dev.skiff.runtime.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the dynamic section of a program or library says.
///
/// @param soname what programs ask for to get it; empty for a program
/// @param needed libraries it is loaded with, by soname
/// @param wanted versions of symbols it does not start without, by the library that offers them:
///   `libc.so.6` to `GLIBC_2.34`
/// @param offered versions of symbols it has
public record ElfFile(
    String soname, List<String> needed, Map<String, List<String>> wanted, List<String> offered) {

  public ElfFile {
    needed = List.copyOf(needed);
    Map<String, List<String>> copy = new LinkedHashMap<>();
    wanted.forEach((library, versions) -> copy.put(library, List.copyOf(versions)));
    wanted = copy;
    offered = List.copyOf(offered);
  }

  /// The bytes of a file, wherever it lies.
  @FunctionalInterface
  public interface Source {

    /// That many bytes, or fewer at the end; nothing beyond it.
    ByteBuffer read(long offsetBytes, int lengthBytes) throws IOException;
  }

  /// Reads a file of the host. Nothing when it is no ELF file with a dynamic section, or not sound.
  ///
  /// @throws IOException when it cannot be read
  public static Optional<ElfFile> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read((offset, length) -> {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int read = 0;
        while (read >= 0 && bytes.hasRemaining()) {
          read = channel.read(bytes, offset + bytes.position());
        }
        return bytes.flip();
      });
    }
  }

  /// Reads what is in memory.
  public static Optional<ElfFile> of(byte[] file) throws IOException {
    return read((offset, length) -> {
      int start = (int) Math.min(offset, file.length);
      return ByteBuffer.wrap(file, start, Math.min(length, file.length - start)).slice();
    });
  }

  /// The same from any source.
  public static Optional<ElfFile> read(Source source) throws IOException {
    return new ElfReader(source).read();
  }
}
