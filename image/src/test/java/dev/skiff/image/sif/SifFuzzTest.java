package dev.skiff.image.sif;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Any bytes are a SIF file or malformed; anything else that is thrown is a finding.
class SifFuzzTest {

  @FuzzTest
  void anyBytesAreReadOrRefused(byte @Nullable [] bytes) throws IOException {
    Path file = Files.createTempFile("fuzz", ".sif");
    try {
      Files.write(file, bytes == null ? new byte[0] : bytes);
      try (SifReader sif = SifReader.open(file)) {
        var _ = sif.primaryPartition();
        for (SifDescriptor descriptor : sif.descriptors()) {
          var _ = sif.bytes(descriptor, 1 << 20);
        }
      }
    } catch (MalformedImageException _) {
      // refused, as it should be
    } finally {
      Files.delete(file);
    }
  }
}
