package dev.skiff.builder.root;

import dev.skiff.image.sif.Architecture;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds out which processor a root file system is for, from the header of a program in it.
///
/// @see <a href="https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html">ELF header</a>
public final class ElfArchitecture {

  private static final List<String> PROGRAMS =
      List.of("/bin/sh", "/bin/bash", "/bin/busybox", "/usr/bin/env", "/sbin/ldconfig");
  private static final int HEADER_BYTES = 20;

  private ElfArchitecture() {}

  /// The first usual program of a directory; empty if none of them is there.
  public static Optional<ProgramHeader> of(RootPaths root) throws IOException {
    for (String program : PROGRAMS) {
      Path host = root.follow(Path.of(program));
      if (root.files().isFile(host)) {
        try (InputStream in = root.files().open(host)) {
          Optional<Architecture> found = of(in.readNBytes(HEADER_BYTES));
          if (found.isPresent()) {
            return Optional.of(new ProgramHeader(program, found.get()));
          }
        }
      }
    }
    return Optional.empty();
  }

  /// The first usual program of a tree; empty if none of them is there.
  public static Optional<ProgramHeader> of(FileTree tree) throws IOException {
    for (String program : PROGRAMS) {
      if (TreeLinks.follow(tree, program).orElse(null) instanceof RegularFile file) {
        try (InputStream in = file.content().open()) {
          Optional<Architecture> found = of(in.readNBytes(HEADER_BYTES));
          if (found.isPresent()) {
            return Optional.of(new ProgramHeader(program, found.get()));
          }
        }
      }
    }
    return Optional.empty();
  }

  static Optional<Architecture> of(byte[] header) {
    boolean elf =
        header.length == HEADER_BYTES
            && header[0] == 0x7f
            && header[1] == 'E'
            && header[2] == 'L'
            && header[3] == 'F';
    if (!elf) {
      return Optional.empty();
    }
    boolean little = header[5] == 1;
    int machine =
        little
            ? (header[18] & 0xff) | (header[19] & 0xff) << 8
            : (header[19] & 0xff) | (header[18] & 0xff) << 8;
    return switch (machine) {
      case 3 -> Optional.of(Architecture.X86);
      case 20, 21 -> Optional.of(little ? Architecture.PPC64LE : Architecture.PPC64);
      case 22 -> Optional.of(Architecture.S390X);
      case 40 -> Optional.of(Architecture.ARM);
      case 62 -> Optional.of(Architecture.AMD64);
      case 183 -> Optional.of(Architecture.ARM64);
      case 243 -> Optional.of(Architecture.RISCV64);
      case 258 -> Optional.of(Architecture.LOONG64);
      default -> Optional.empty();
    };
  }
}
