package dev.skiff.image.oci.layer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.MalformedImageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Any bytes are compressed, plain or malformed; anything else that is thrown is a finding.
class DecompressionFuzzTest {

  private static final int MOST_BYTES = 1 << 20;

  @FuzzTest(maxDuration = "10m")
  void anyBytesAreReadOrRefused(byte @Nullable [] bytes) throws IOException {
    byte[] stored = bytes == null ? new byte[0] : bytes;
    try (InputStream in = Decompression.open("layer", new ByteArrayInputStream(stored))) {
      var _ = in.readNBytes(MOST_BYTES);
    } catch (MalformedImageException _) {
      // refused, as it should be
    }
  }
}
