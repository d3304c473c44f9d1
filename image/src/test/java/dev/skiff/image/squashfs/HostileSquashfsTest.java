package dev.skiff.image.squashfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import dev.skiff.image.tree.WalkedLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostileSquashfsTest {

  private static final SquashfsOptions OPTIONS = SquashfsOptions.defaults().withThreads(1);

  @TempDir Path folder;

  private byte[] image(Compression compression) throws IOException {
    Path file = folder.resolve("whole");
    FileTree tree = RandomTree.of(31, 9000);
    var _ = Images.write(file, tree, OPTIONS.withCompression(compression).withBlockSizeBytes(4096));
    return Files.readAllBytes(file);
  }

  /// Reads everything there is; an image is either refused as malformed or read to its end.
  private boolean isRefused(byte[] bytes) throws IOException {
    Path file = folder.resolve("hostile");
    Files.write(file, bytes);
    try (SquashfsReader reader = SquashfsReader.open(file)) {
      assertThat(lookedInto(reader)).isNotNegative();
      assertThat(TreeText.of(reader.tree())).isNotEmpty();
      return false;
    } catch (MalformedImageException e) {
      assertThat(e.field()).isNotEmpty();
      return true;
    }
  }

  /// Every way to look into an image without its whole tree.
  private static long lookedInto(SquashfsReader reader) throws IOException {
    WalkedLines lines = new WalkedLines();
    reader.walk(lines);
    long found = lines.bytes();
    for (FileName name : reader.names("/", SquashfsReader.Links.FOLLOWED)) {
      found += reader.names("/" + name, SquashfsReader.Links.FOLLOWED).size();
    }
    return found;
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    byte[] whole = image(Compression.ZSTD);
    long used = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(40);
    for (int length = 0; length < used; length += 64) {
      assertThat(isRefused(Arrays.copyOf(whole, length))).as("cut at %d", length).isTrue();
    }
    assertThat(isRefused(whole)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void flippedBitsAreRefusedOrRead(Compression compression) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          byte[] whole = image(compression);
          Random random = new Random(32);
          int refused = 0;
          for (int i = 0; i < 120; i++) {
            byte[] bytes = whole.clone();
            int region = random.nextInt(3);
            int limit = region == 0 ? 96 : bytes.length;
            int at = region == 1 ? metadataByte(bytes, random) : random.nextInt(limit);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            refused += isRefused(bytes) ? 1 : 0;
          }
          assertThat(refused).isPositive();
        });
  }

  private static int metadataByte(byte[] image, Random random) {
    ByteBuffer in = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int inodes = (int) in.getLong(64);
    int end = (int) in.getLong(40);
    return random.nextInt(inodes, end);
  }

  /// Metadata without compression, so that a test may write into it.
  private byte[] plainImage(Directory root) throws IOException {
    Path file = folder.resolve("plain");
    var _ = Images.write(file, new FileTree(root), OPTIONS.withCompression(Compression.NONE));
    return Files.readAllBytes(file);
  }

  private static Directory directory() {
    return new Directory(Attributes.of(0755, 0, 0, 0));
  }

  @Test
  void aCycleOfDirectoriesIsRefused() throws Exception {
    Directory root = directory();
    Directory child = directory();
    child.children().put(FileName.of("x"), directory());
    root.children().put(FileName.of("a"), child);
    byte[] bytes = plainImage(root);
    ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    // The inodes stand in the order x, a, root, 32 bytes each; the first listing is that of `a`.
    int listingOfA = (int) image.getLong(72) + 2;
    assertThat(image.get(listingOfA + 20)).isEqualTo((byte) 'x');
    image.putShort(listingOfA + 12, (short) 32);
    assertThat(isRefused(bytes)).isTrue();
  }

  @Test
  void aNameThatLeavesItsDirectoryIsRefused() throws Exception {
    for (String name : new String[] {"..", "a/", "\0b"}) {
      Directory root = directory();
      root.children().put(FileName.of("xy"), directory());
      byte[] bytes = plainImage(root);
      ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int nameAt = (int) image.getLong(72) + 2 + 20;
      assertThat(bytes[nameAt]).isEqualTo((byte) 'x');
      bytes[nameAt] = (byte) name.charAt(0);
      bytes[nameAt + 1] = (byte) name.charAt(1);
      assertThat(isRefused(bytes)).as(name).isTrue();
    }
  }

  @Test
  void aLinkWithANulIsRefused() throws Exception {
    Directory root = directory();
    root.children().put(FileName.of("l"), new Symlink(Attributes.of(0777, 0, 0, 0), bytesOf("xy")));
    byte[] bytes = plainImage(root);
    int inode = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(64) + 2;
    assertThat(bytes[inode + 24]).isEqualTo((byte) 'x');
    bytes[inode + 24] = 0;
    assertThat(isRefused(bytes)).isTrue();
  }

  private static byte[] bytesOf(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aTreeThatDoesNotFitIntoMemoryIsRefused() throws Exception {
    Directory root = directory();
    Directory leaf = directory();
    for (int i = 0; i < 1000; i++) {
      leaf.children().put(FileName.of("f" + i), directory());
    }
    root.children().put(FileName.of("leaf"), leaf);
    Path file = Images.write(folder.resolve("i"), new FileTree(root), OPTIONS);
    try (SquashfsReader reader = SquashfsReader.open(file)) {
      assertThatThrownBy(() -> reader.tree(new Budget(100_000)))
          .isInstanceOf(MalformedImageException.class)
          .hasMessageContaining("100000 bytes of memory");
    }
  }

  @Test
  void aFileThatClaimsToBeHugeIsRefusedBeforeAnythingIsAllocated() throws Exception {
    Directory root = directory();
    root.children()
        .put(
            FileName.of("f"),
            new dev.skiff.image.tree.FileNode.RegularFile(
                Attributes.of(0644, 0, 0, 0), RandomTree.content(new byte[200_000])));
    byte[] bytes = plainImage(root);
    ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int inode = (int) image.getLong(64) + 2;
    assertThat(image.getShort(inode)).as("an extended file: it is sparse").isEqualTo((short) 9);
    image.putLong(inode + 24, Long.MAX_VALUE);
    assertThat(isRefused(bytes)).isTrue();
  }
}
