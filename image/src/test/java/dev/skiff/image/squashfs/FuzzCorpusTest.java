package dev.skiff.image.squashfs;

import dev.skiff.image.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The inputs that fuzzing has found worth keeping, without the fuzzer.
class FuzzCorpusTest {

  @Test
  void imagesAreReadOrRefused() throws IOException {
    for (byte[] input : FuzzCorpus.of(SquashfsFuzzTest.class, "anyBytesAreReadOrRefused")) {
      new SquashfsFuzzTest().anyBytesAreReadOrRefused(input);
    }
  }

  @Test
  void changedImagesAreReadOrRefused() throws IOException {
    for (byte[] input :
        FuzzCorpus.of(SquashfsPatchFuzzTest.class, "imagesWithOtherFieldsAreReadOrRefused")) {
      new SquashfsPatchFuzzTest().imagesWithOtherFieldsAreReadOrRefused(input);
    }
  }
}
