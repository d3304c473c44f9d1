package dev.skiff.image.oci.layer;

import dev.skiff.image.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The inputs that fuzzing has found worth keeping, without the fuzzer.
class FuzzCorpusTest {

  @Test
  void layersAreMergedOrRefused() throws IOException {
    for (byte[] input : FuzzCorpus.of(LayerFuzzTest.class, "anyBytesAreLayersOrMalformed")) {
      new LayerFuzzTest().anyBytesAreLayersOrMalformed(input);
    }
  }

  @Test
  void compressedBytesAreReadOrRefused() throws IOException {
    for (byte[] input : FuzzCorpus.of(DecompressionFuzzTest.class, "anyBytesAreReadOrRefused")) {
      new DecompressionFuzzTest().anyBytesAreReadOrRefused(input);
    }
  }

  @Test
  void deflatedBytesAreReadAsJavaReadsThem() throws IOException {
    for (byte[] input :
        FuzzCorpus.of(InflateFuzzTest.class, "deflatedBytesAreReadAsJavaReadsThem")) {
      new InflateFuzzTest().deflatedBytesAreReadAsJavaReadsThem(input);
    }
  }
}
