package dev.skiff.image.squashfs;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.RandomTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// A good image whose tables have no compression, with a few fields overwritten: what is read stays
/// close to an image, so that the code behind the first checks is reached.
class SquashfsPatchFuzzTest {

  private static final int MOST_PATCHES = 8;
  private static final byte[] GOOD = good();

  private static byte[] good() {
    try {
      Path file = Files.createTempFile("fuzz", ".sqfs");
      SquashfsOptions options =
          SquashfsOptions.defaults()
              .withThreads(1)
              .withCompression(Compression.NONE)
              .withBlockSizeBytes(4096);
      try {
        var _ = Images.write(file, RandomTree.of(5, 9000), options);
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @FuzzTest(maxDuration = "10m")
  void imagesWithOtherFieldsAreReadOrRefused(FuzzedDataProvider data) throws IOException {
    byte[] image = GOOD.clone();
    ByteBuffer fields = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int tables = (int) fields.getLong(64); // the inode table is the first of them
    for (int i = data.consumeInt(1, MOST_PATCHES); i > 0; i--) {
      int at =
          data.consumeBoolean()
              ? data.consumeInt(0, SuperBlock.BYTES - 8)
              : data.consumeInt(tables, image.length - 8);
      switch (data.consumeInt(0, 3)) {
        case 0 -> image[at] = data.consumeByte();
        case 1 -> fields.putShort(at, data.consumeShort());
        case 2 -> fields.putInt(at, data.consumeInt());
        default -> fields.putLong(at, data.consumeLong());
      }
    }
    FuzzedImage.read(image);
  }
}
