package dev.skiff.image.squashfs;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tree.TreeText;
import dev.skiff.image.tree.WalkedLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Any bytes are an image or malformed; anything else that is thrown is a finding.
class SquashfsFuzzTest {

  @FuzzTest
  void anyBytesAreReadOrRefused(byte @Nullable [] bytes) throws IOException {
    Path file = Files.createTempFile("fuzz", ".sqfs");
    try {
      Files.write(file, bytes == null ? new byte[0] : bytes);
      try (SquashfsReader reader = SquashfsReader.open(file)) {
        reader.walk(new WalkedLines());
        var _ = reader.find("/a/../b", SquashfsReader.Links.FOLLOWED);
        var _ = TreeText.of(reader.tree(new Budget(16 << 20)));
      }
    } catch (MalformedImageException _) {
      // refused, as it should be
    } finally {
      Files.delete(file);
    }
  }
}
