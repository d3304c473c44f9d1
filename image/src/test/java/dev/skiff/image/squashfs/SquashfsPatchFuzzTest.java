package dev.skiff.image.squashfs;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.tree.RandomTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A good image whose tables have no compression, with a few fields overwritten: what is read stays
/// close to an image, so that the code behind the first checks is reached.
class SquashfsPatchFuzzTest {

  private static final int MOST_PATCHES = 8;
  private static final int PATCH_BYTES = 1 + 2 + 8;
  private static final int IN_SUPER_BLOCK = 4;
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

  /// @param patches of each a byte with its kind, two with its place and eight with its value
  @FuzzTest(maxDuration = "10m")
  void imagesWithOtherFieldsAreReadOrRefused(byte @Nullable [] patches) throws IOException {
    byte[] image = GOOD.clone();
    ByteBuffer fields = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int tables = (int) fields.getLong(64); // the inode table is the first of them
    ByteBuffer in = ByteBuffer.wrap(patches == null ? new byte[0] : patches);
    for (int i = 0; i < MOST_PATCHES && in.remaining() >= PATCH_BYTES; i++) {
      int kind = in.get();
      int place = in.getShort() & 0xFFFF;
      long value = in.getLong();
      int at =
          (kind & IN_SUPER_BLOCK) != 0
              ? place % (SuperBlock.BYTES - 7)
              : tables + place % (image.length - 7 - tables);
      switch (kind & 3) {
        case 0 -> image[at] = (byte) value;
        case 1 -> fields.putShort(at, (short) value);
        case 2 -> fields.putInt(at, (int) value);
        default -> fields.putLong(at, value);
      }
    }
    FuzzedImage.read(image);
  }
}
