package dev.skiff.definitions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The small brother of the fuzz test, for every build: known files with random damage.
final class MutationTest {

  private static final int ROUNDS = 6000;
  private static final List<String> PIECES =
      List.of(
          "\n%",
          "%post",
          "%files from ",
          "\nBootstrap: ",
          "{{ A }}",
          "{{ B }}",
          "{{C}}",
          "{{",
          "}}",
          "\\\n",
          "\\n\\\n",
          "#",
          "#!",
          " #",
          "\"",
          "'",
          "\r\n",
          "\t",
          ":",
          "<<EOF\n",
          "\nEOF\n",
          "=",
          "\0",
          "\uFEFF",
          "%appinstall x\n",
          "%%labels\n",
          "\n%arguments\nA={{ B }}\n",
          " -c ",
          "\u00E9");

  @Test
  void damagedFilesAreAcceptedOrRejectedAndNothingIsThrown() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String folder : List.of("errors", "definitions")) {
      for (Path file : Golden.definitions(folder)) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    for (int seed = 0; seed < ROUNDS; seed++) {
      byte[] damaged = damaged(seeds, new Random(seed));
      try {
        ReadingLaws.check(damaged);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ":\n" + new String(damaged, UTF_8), e);
      }
    }
  }

  private static byte[] damaged(List<byte[]> seeds, Random random) {
    byte[] bytes = seeds.get(random.nextInt(seeds.size()));
    for (int left = 1 + random.nextInt(6); left > 0; left--) {
      int from = random.nextInt(bytes.length + 1);
      int to = Math.min(bytes.length, from + random.nextInt(20));
      byte[] other = seeds.get(random.nextInt(seeds.size()));
      int cut = random.nextInt(other.length + 1);
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> joined(bytes, from, new byte[0], to);
            case 1 -> joined(bytes, from, new byte[] {(byte) random.nextInt(256)}, from);
            case 2 -> joined(bytes, from, Arrays.copyOfRange(bytes, from, to), from);
            case 3 -> joined(bytes, from, Arrays.copyOfRange(other, 0, cut), to);
            default ->
                joined(
                    bytes, from, PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8), from);
          };
    }
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int end, byte[] middle, int start) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, end);
    out.writeBytes(middle);
    out.write(bytes, start, bytes.length - start);
    return out.toByteArray();
  }
}
