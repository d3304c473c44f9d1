package dev.skiff.image.sif;

import dev.skiff.image.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The inputs that fuzzing has found worth keeping, without the fuzzer.
class FuzzCorpusTest {

  @Test
  void sifFilesAreReadOrRefused() throws IOException {
    for (byte[] input : FuzzCorpus.of(SifFuzzTest.class, "anyBytesAreReadOrRefused")) {
      new SifFuzzTest().anyBytesAreReadOrRefused(input);
    }
  }
}
