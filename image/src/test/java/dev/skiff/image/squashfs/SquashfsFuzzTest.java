package dev.skiff.image.squashfs;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Any bytes are an image or malformed; anything else that is thrown is a finding.
class SquashfsFuzzTest {

  @FuzzTest(maxDuration = "10m")
  void anyBytesAreReadOrRefused(byte @Nullable [] bytes) throws IOException {
    FuzzedImage.read(bytes == null ? new byte[0] : bytes);
  }
}
