package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that should be images and are not, or no longer: each command says so and makes nothing.
@Timeout(300)
final class BadImageIT {

  private static final int HEADER = 32;
  private static final int SUPER_BLOCK_BYTES = 96;
  private static final int INODE_TABLE = 64;
  private static final int DIRECTORY_TABLE = 72;
  private static final int BLOCK_HEADER = 2;
  private static final int ZSTD_MAGIC_BYTES = 4;

  private Path directory = Path.of("/");
  private Path image = Path.of("/");

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.SINGLE.orSkip());
    image = directory.resolve("bad.sif");
  }

  private Outcome type(String... words) {
    return skiff(HostUser.SINGLE, directory, words);
  }

  private static void threeLines(Outcome outcome) {
    assertThat(outcome.err()).containsPattern("error: .*(\n.*)*\n  why: .*(\n.*)*\n  fix: .*\n");
    outcome.complains("error: ");
  }

  private void isRefusedByAll() throws IOException {
    for (String verb : new String[] {"exec", "run", "shell", "test"}) {
      threeLines(type(verb, image.toString(), "true").ends(125));
    }
    isNoBase();
  }

  private void isNoBase() throws IOException {
    threeLines(type("build", "x.sif", "localimage://" + image).ends(1));
    threeLines(type("build", "--sandbox", "box", "localimage://" + image).ends(1));
    threeLines(type("build", "x.sif", image.toString()).ends(1));
    onlyTheImageIsThere();
  }

  private void onlyTheImageIsThere() throws IOException {
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(image);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 100, 4_095, 4_096, 9_000, 33_000, 36_900, 300_000, -5_000, -4_097})
  void aSifThatIsCutShortIsRefused(int length) throws IOException {
    byte[] whole = Files.readAllBytes(BusyboxImage.sif());
    Files.write(image, Arrays.copyOf(whole, length < 0 ? whole.length + length : length));
    isRefusedByAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "hello\n", "\0\0\0\0", "hsqs", "SIF_MAGIC", "#!/bin/sh\n\0\u001b[31m"})
  void whatIsNoImageIsRefused(String text) throws IOException {
    Files.writeString(image, text);
    isRefusedByAll();
    threeLines(type("pull", "x.sif", image.toString()).ends(1));
    onlyTheImageIsThere();
  }

  @Test
  void bytesOfAStrangerAreNotShownToTheTerminal() throws IOException {
    byte[] garbage = new byte[20_000];
    new Random(3).nextBytes(garbage);
    Files.write(image, garbage);
    Outcome outcome = type("build", "x.sif", image.toString()).ends(1).complains("it is not text");
    assertThat(outcome.err()).matches("[^\\p{Cntrl}]*(\n[^\\p{Cntrl}]*)*");
    Files.writeString(image, "Bootstrap: scratch\nFoo\u001b[2J: x\n");
    outcome = type("build", "x.sif", image.toString()).ends(1);
    assertThat(outcome.err()).doesNotContain("\u001b");
  }

  @ParameterizedTest
  @CsvSource({
    "MAGIC,7",
    "DESCRIPTORS,8",
    "SUPER_BLOCK,1",
    "SUPER_BLOCK,2",
    "INODES,1",
    "DIRECTORIES,2"
  })
  void flippedBytesAreFound(String where, long seed) throws IOException {
    byte[] whole = Files.readAllBytes(BusyboxImage.sif());
    int squashfs = new String(whole, StandardCharsets.ISO_8859_1).indexOf("hsqs");
    Random random = new Random(seed);
    switch (where) {
      case "MAGIC" -> flip(whole, random.ints(4, HEADER, HEADER + 10));
      case "DESCRIPTORS" -> flip(whole, random.ints(4, HEADER + 65, HEADER + 80));
      case "SUPER_BLOCK" -> flip(whole, random.ints(4, squashfs, squashfs + SUPER_BLOCK_BYTES));
      case "INODES" -> flip(whole, frameOfTable(whole, squashfs, INODE_TABLE));
      default -> flip(whole, frameOfTable(whole, squashfs, DIRECTORY_TABLE));
    }
    Files.write(image, whole);
    isNoBase();
    Outcome exec = type("exec", image.toString(), "true");
    assertThat(exec.status()).isIn(125, 126, 127);
    threeLines(exec);
  }

  /// A flip further on may be of a file that a start never asks for, and what is there depends on
  /// the host's busybox: the magic of the first block's zstd frame is read by all.
  private static IntStream frameOfTable(byte[] whole, int squashfs, int field) {
    ByteBuffer fields = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int payload = squashfs + (int) fields.getLong(squashfs + field) + BLOCK_HEADER;
    return IntStream.range(payload, payload + ZSTD_MAGIC_BYTES);
  }

  private static void flip(byte[] bytes, IntStream places) {
    places.forEach(place -> bytes[place] ^= 0x55);
  }

  @Test
  void aDirectoryWithoutAShellRunsOnlyWhatItHas() throws IOException {
    image = Files.createDirectory(directory.resolve("empty"));
    threeLines(type("exec", "empty", "true").ends(127));
    threeLines(type("run", "empty").ends(1));
    threeLines(type("shell", "empty").ends(127));
  }

  @Test
  void anImageThatMayNotBeReadIsRefused() throws IOException {
    image = BusyboxImage.sif().resolveSibling("secret.sif");
    Files.copy(BusyboxImage.sif(), image);
    InstalledSkiff.execute("chmod", "600", image.toString());
    threeLines(type("exec", image.toString(), "true").ends(125).complains("may not read it"));
    threeLines(type("build", "x.sif", image.toString()).ends(1).complains("permission denied"));
    threeLines(
        type("build", "x.sif", "localimage://" + image).ends(1).complains("permission denied"));
    Files.delete(image);
  }

  @Test
  void aMissingImageIsNamed() {
    threeLines(type("exec", "nope.sif", "true").ends(125).complains("'nope.sif'"));
    threeLines(type("build", "x.sif", "nope.sif").ends(1).complains("'nope.sif'"));
    threeLines(type("build", "x.sif", "oci-archive:nope.tar").ends(1).complains("nope.tar"));
    threeLines(type("build", "x.sif", "oci:nope:tag").ends(1).complains("nope"));
  }
}
