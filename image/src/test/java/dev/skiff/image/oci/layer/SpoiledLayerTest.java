package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers with a few bytes changed: merged or refused, and nothing else.
class SpoiledLayerTest {

  private static final int ROUNDS = 3000;

  private static byte[] whole() {
    return new TarBytes()
        .directory("d/")
        .file("d/a", "content")
        .hardLink("d/b", "d/a")
        .symlink("l", "d")
        .file("l/c", "content")
        .whiteout("d/x")
        .opaque("e")
        .entry('L', "long", "", TarBytes.bytes("n".repeat(120)))
        .file("n", "content")
        .pax("path", "p", "SCHILY.xattr.user.a", "v", "mtime", "5.5")
        .file("p", "content")
        .pax("GNU.sparse.major", "1", "GNU.sparse.name", "s", "GNU.sparse.realsize", "100")
        .file("s", Arrays.copyOf(TarBytes.bytes("1\n90\n4\n"), 516))
        .finished();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void spoiledLayersAreMergedOrRefused(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] whole = whole();
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] spoiled = spoil(whole, random);
      try {
        var _ =
            LayerMerge.merge(
                List.of(new MemoryLayer(whole), new MemoryLayer(spoiled)),
                new MemorySink(),
                new MergeLimits(1 << 20, 1000));
      } catch (MalformedImageException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
  }

  private static byte[] spoil(byte[] whole, Random random) {
    byte[] spoiled = whole.clone();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(spoiled.length);
      spoiled[at] =
          random.nextBoolean() ? (byte) random.nextInt() : (byte) ('0' + random.nextInt(10));
      int block = at / 512 * 512;
      boolean header = spoiled[block + 257] == 'u' && spoiled[block + 261] == 'r';
      if (header) { // else the check sum would refuse every change
        byte[] summed = TarBytes.sum(Arrays.copyOfRange(spoiled, block, block + 512));
        System.arraycopy(summed, 0, spoiled, block, 512);
      }
    }
    return random.nextInt(10) == 0
        ? Arrays.copyOf(spoiled, random.nextInt(spoiled.length))
        : spoiled;
  }
}
