package dev.skiff.image.oci.layer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.util.List;

class LayerFuzzTest {

  @FuzzTest
  void anyBytesAreALayerOrMalformed(byte[] stored) throws IOException {
    try {
      var _ =
          LayerMerge.merge(
              List.of(new MemoryLayer(stored)), new MemorySink(), new MergeLimits(1 << 20, 1000));
    } catch (MalformedImageException e) {
      // the answer to what is no layer
    }
  }
}
