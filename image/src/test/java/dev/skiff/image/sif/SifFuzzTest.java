package dev.skiff.image.sif;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.MalformedImageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Any bytes are a SIF file or malformed; anything else that is thrown is a finding.
class SifFuzzTest {

  @FuzzTest(maxDuration = "10m")
  void anyBytesAreReadOrRefused(byte @Nullable [] bytes) throws IOException {
    Path file = Files.createTempFile("fuzz", ".sif");
    try {
      Files.write(file, bytes == null ? new byte[0] : bytes);
      read(file);
      edit(file);
      read(file);
    } catch (MalformedImageException | SifEditException _) {
      // refused, as it should be
    } finally {
      Files.delete(file);
    }
  }

  private static void read(Path file) throws IOException {
    try (SifReader sif = SifReader.open(file)) {
      var _ = sif.primaryPartition();
      for (SifDescriptor descriptor : sif.descriptors()) {
        var _ = sif.bytes(descriptor, 1 << 20);
      }
    }
  }

  /// What an editor makes of a file it accepts has to be a file that is read.
  private static void edit(Path file) throws IOException {
    try (SifEditor sif = SifEditor.open(file)) {
      NewObject object = NewObject.of(ObjectType.OCI_BLOB, new Extra.None());
      SifDescriptor added = sif.add(object, new ByteArrayInputStream(new byte[] {1, 2, 3}), 5);
      for (SifDescriptor descriptor : sif.descriptors()) {
        if (descriptor.id() != added.id()) {
          sif.delete(descriptor.id(), SifEditor.Erasure.ZERO_BYTES, 6);
          sif.compact(7);
          return;
        }
      }
    }
  }
}
