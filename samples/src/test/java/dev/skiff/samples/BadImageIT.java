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
    "METADATA,1",
    "METADATA,2"
  })
  void flippedBytesAreFound(String where, long seed) throws IOException {
    byte[] whole = Files.readAllBytes(BusyboxImage.sif());
    int squashfs = new String(whole, StandardCharsets.ISO_8859_1).indexOf("hsqs");
    ByteBuffer fields = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int metadata = squashfs + (int) fields.getLong(squashfs + 64);
    int end = squashfs + (int) fields.getLong(squashfs + 40);
    Random random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      int at =
          switch (where) {
            case "MAGIC" -> random.nextInt(HEADER, HEADER + 10);
            case "DESCRIPTORS" -> random.nextInt(HEADER + 65, HEADER + 80);
            case "SUPER_BLOCK" -> random.nextInt(squashfs, squashfs + SUPER_BLOCK_BYTES);
            default -> random.nextInt(metadata, end);
          };
      whole[at] ^= (byte) random.nextInt(1, 256);
    }
    Files.write(image, whole);
    isNoBase();
    Outcome exec = type("exec", image.toString(), "true");
    assertThat(exec.status()).isIn(125, 126, 127);
    threeLines(exec);
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
