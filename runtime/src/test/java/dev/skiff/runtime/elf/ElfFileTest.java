package dev.skiff.runtime.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Version tables of this machine's own libraries, and of damaged ones.
final class ElfFileTest {

  private static Path library(String name) {
    Optional<Path> found =
        Stream.of("/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64")
            .map(directory -> Path.of(directory, name))
            .filter(Files::isReadable)
            .findFirst();
    assumeTrue(found.isPresent(), "this machine has no " + name + " of glibc");
    return found.get();
  }

  @Test
  void theCLibraryTellsWhatItOffers() throws IOException {
    ElfFile libc = ElfFile.read(library("libc.so.6")).orElseThrow();
    assertThat(libc.soname()).isEqualTo("libc.so.6");
    assertThat(libc.offered()).contains("GLIBC_2.17", "GLIBC_2.28");
    assertThat(libc.wanted().keySet()).anyMatch(name -> name.startsWith("ld-linux"));
  }

  @Test
  void anotherLibraryTellsWhatItWants() throws IOException {
    ElfFile libm = ElfFile.read(library("libm.so.6")).orElseThrow();
    assertThat(libm.needed()).contains("libc.so.6");
    assertThat(libm.wanted().get("libc.so.6")).isNotEmpty().allMatch(v -> v.startsWith("GLIBC_"));
    assertThat(ElfFile.of(Files.readAllBytes(library("libm.so.6")))).contains(libm);
  }

  @Test
  void whatIsNoLibraryIsNothing() throws IOException {
    assertThat(ElfFile.of(new byte[0])).isEmpty();
    assertThat(
            ElfFile.of(
                "#!/bin/sh\nexit 0\n".repeat(9).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEmpty();
  }

  @Test
  void damagedLibrariesAreSurvived() throws IOException {
    byte[] good = Files.readAllBytes(library("libm.so.6"));
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = good.clone();
      for (int j = 0; j < 6; j++) {
        bad[random.nextInt(4096)] = (byte) random.nextInt();
      }
      int length = random.nextInt(8) == 0 ? random.nextInt(bad.length) : bad.length;
      assertThatCode(() -> ElfFile.of(Arrays.copyOf(bad, length))).doesNotThrowAnyException();
    }
  }
}
