package dev.skiff.image.oci.layer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Any bytes are two layers or malformed; anything else that is thrown is a finding. Their check
/// sums are repaired, since no change of a header would get past them.
class LayerFuzzTest {

  private static final MergeLimits LIMITS = new MergeLimits(1 << 20, 1000);

  @FuzzTest(maxDuration = "10m")
  void anyBytesAreLayersOrMalformed(byte @Nullable [] bytes) throws IOException {
    byte[] data = bytes == null ? new byte[0] : bytes;
    int lower = data.length < 1 ? 0 : Math.min(data.length, 512 * (data[0] & 0xFF));
    List<MemoryLayer> layers =
        List.of(layer(data, Math.min(1, data.length), lower), layer(data, lower, data.length));
    try {
      var _ = LayerMerge.merge(layers, new MemorySink(), LIMITS);
    } catch (MalformedImageException _) {
      // the answer to what is no layer
    }
  }

  private static MemoryLayer layer(byte[] data, int start, int end) {
    byte[] tar = start >= end ? new byte[0] : Arrays.copyOfRange(data, start, end);
    return new MemoryLayer(TarFixes.withCheckSums(tar));
  }
}
