package dev.skiff.image.oci.layer;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.util.List;

class LayerFuzzTest {

  @FuzzTest
  void anyBytesAreALayerOrMalformed(FuzzedDataProvider data) throws IOException {
    byte[] stored = data.consumeRemainingAsBytes();
    try {
      var _ =
          LayerMerge.merge(
              List.of(new MemoryLayer(stored)), new MemorySink(), new MergeLimits(1 << 20, 1000));
    } catch (MalformedImageException e) {
      // the answer to what is no layer
    }
  }
}
