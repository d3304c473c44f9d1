package dev.skiff.image.squashfs.reuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.Images;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Images made of other images' blocks.
class AdoptedFilesTest {

  private static final SquashfsOptions OPTIONS =
      SquashfsOptions.defaults().withBlockSizeBytes(8192).withThreads(2);
  private static final Attributes ATTRIBUTES = Attributes.of(0644, 0, 0, 1000);

  @TempDir Path folder;

  private static byte[] noise(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static FileTree tree(byte[]... contents) {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    for (int i = 0; i < contents.length; i++) {
      root.children()
          .put(
              FileName.of("f%03d".formatted(i)),
              new RegularFile(ATTRIBUTES, RandomTree.content(contents[i])));
    }
    return new FileTree(root);
  }

  private Path image(String name, FileTree tree, SquashfsOptions options) throws IOException {
    return Images.write(folder.resolve(name), tree, options);
  }

  /// An image of the whole tree of another.
  private Path copy(Path source, String name, SquashfsOptions options) throws IOException {
    try (SquashfsReader reader = SquashfsReader.open(source)) {
      return image(name, reader.tree(), options);
    }
  }

  private static String text(Path image) throws IOException {
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      return TreeText.of(reader.tree());
    }
  }

  private static FileContent content(SquashfsReader reader, String name) throws IOException {
    if (reader.tree().find(name).orElseThrow() instanceof RegularFile file) {
      return file.content();
    }
    throw new IllegalArgumentException(name);
  }

  private static byte[] bytes(FileContent content) throws IOException {
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(Path image, String name) throws IOException {
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      return bytes(content(reader, name));
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest
  @EnumSource
  void aCopyHoldsTheSameTree(Compression compression) throws Exception {
    SquashfsOptions options = OPTIONS.withCompression(compression);
    Path source = image("source", RandomTree.of(41, 100_000), options);
    Path copy = copy(source, "copy", options);
    assertThat(TreeText.difference(text(copy), text(source))).isEmpty();
    assertThat(Files.size(copy)).isBetween(Files.size(source) - 8192, Files.size(source) + 8192);
  }

  @Test
  void theSameSourceGivesTheSameBytesWhateverTheThreads() throws Exception {
    Path source = image("source", RandomTree.of(42, 100_000), OPTIONS);
    Path first = copy(source, "first", OPTIONS.withThreads(1));
    Path second = copy(source, "second", OPTIONS.withThreads(3));
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    assertThat(Files.mismatch(copy(first, "third", OPTIONS), first)).isEqualTo(-1);
  }

  @Test
  void blocksAreCopiedWithoutBeingRead() throws Exception {
    Path source = image("source", tree(new byte[100], noise(50_000, 1)), OPTIONS);
    byte[] spoiled = Files.readAllBytes(source);
    ByteBuffer at = littleEndian(spoiled);
    // Noise is stored without compression, so the first blocks of the image are the file's.
    at.putLong(96, ~at.getLong(96));
    Files.write(source, spoiled);
    byte[] changed = bytes(source, "f001");
    assertThat(changed).isNotEqualTo(noise(50_000, 1));
    assertThat(bytes(copy(source, "copy", OPTIONS), "f001")).isEqualTo(changed);
  }

  @Test
  void damageInsideOfADataBlockIsCopiedAndFoundByWhoReadsIt() throws Exception {
    byte[] compressible = new byte[8192];
    for (int i = 0; i < compressible.length; i++) {
      compressible[i] = (byte) ((i % 97) * (i >> 8));
    }
    Path source = image("source", tree(compressible, noise(100, 1)), OPTIONS);
    byte[] spoiled = Files.readAllBytes(source);
    littleEndian(spoiled).putInt(96, 0);
    Files.write(source, spoiled);
    Path copy = copy(source, "copy", OPTIONS);
    assertThat(bytes(copy, "f001")).isEqualTo(noise(100, 1));
    assertThatThrownBy(() -> bytes(copy, "f000")).isInstanceOf(MalformedImageException.class);
    assertThatThrownBy(() -> copy(source, "recompressed", OPTIONS.withBlockSizeBytes(4096)))
        .isInstanceOf(MalformedImageException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GZIP 8192", "ZSTD 4096", "NONE 8192", "LZ4 16384"})
  void anotherCompressionOrBlockSizeTakesTheBlocksApart(String wanted) throws Exception {
    String[] words = wanted.split(" ", -1);
    Path source = image("source", RandomTree.of(43, 100_000), OPTIONS);
    SquashfsOptions options =
        OPTIONS
            .withCompression(Compression.valueOf(words[0]))
            .withBlockSizeBytes(Integer.parseInt(words[1]));
    Path copy = copy(source, "copy", options);
    assertThat(TreeText.difference(text(copy), text(source))).isEmpty();
    try (SquashfsReader reader = SquashfsReader.open(copy)) {
      assertThat(reader.compression()).contains(options.compression());
      assertThat(reader.blockSizeBytes()).isEqualTo(options.blockSizeBytes());
    }
  }

  @Test
  void filesOfSeveralImagesAndOfNoneStandInOneTree() throws Exception {
    Path one = image("one", RandomTree.of(44, 100_000), OPTIONS);
    Path two = image("two", RandomTree.of(45, 100_000), OPTIONS);
    try (SquashfsReader first = SquashfsReader.open(one);
        SquashfsReader second = SquashfsReader.open(two)) {
      Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
      root.children().put(FileName.of("one"), first.tree().root());
      root.children().put(FileName.of("two"), second.tree().root());
      root.children().put(FileName.of("none"), RandomTree.of(46, 100_000).root());
      FileTree all = new FileTree(root);
      Path image = image("all", all, OPTIONS);
      assertThat(TreeText.difference(text(image), TreeText.of(all))).isEmpty();
    }
  }

  @Test
  void adoptedFilesStreamInAmongOthersAndAreReadBack() throws Exception {
    byte[] large = noise(50_001, 1);
    byte[] other = noise(30_000, 2);
    Path source = image("source", tree(large, new byte[20_000]), OPTIONS);
    Path image = folder.resolve("image");
    try (SquashfsReader reader = SquashfsReader.open(source);
        FileChannel channel = Images.channel(image);
        SquashfsWriter writer = SquashfsWriter.open(channel, 4096, OPTIONS)) {
      FileContent before = writer.store(new ByteArrayInputStream(other), other.length);
      FileContent adoptable = content(reader, "f000");
      FileContent adopted = writer.adopt(adoptable);
      assertThat(writer.adopt(content(reader, "f000"))).isSameAs(adopted);
      assertThat(writer.adopt(adopted)).isSameAs(adopted);
      assertThat(writer.adopt(RandomTree.content(other))).isSameAs(before);
      assertThat(bytes(adopted)).isEqualTo(large);
      Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
      root.children().put(FileName.of("adopted"), new RegularFile(ATTRIBUTES, adopted));
      root.children().put(FileName.of("stored"), new RegularFile(ATTRIBUTES, before));
      root.children()
          .put(FileName.of("found"), new RegularFile(ATTRIBUTES, content(reader, "f001")));
      var _ = writer.finish(new FileTree(root));
      assertThat(bytes(adopted)).as("read from the new image").isEqualTo(large);
    }
    try (SquashfsReader reader = SquashfsReader.open(image, 4096, Long.MAX_VALUE)) {
      assertThat(bytes(content(reader, "adopted"))).isEqualTo(large);
      assertThat(bytes(content(reader, "stored"))).isEqualTo(other);
      assertThat(bytes(content(reader, "found"))).isEqualTo(new byte[20_000]);
    }
  }

  @Test
  void aTreeIsCopiedOrReadAnew() throws Exception {
    Path source = image("source", tree(noise(20_000, 1), noise(300, 2)), OPTIONS);
    try (SquashfsReader reader = SquashfsReader.open(source)) {
      String wanted = TreeText.of(reader.tree());
      AtomicLong told = new AtomicLong();
      for (boolean copies : new boolean[] {true, false}) {
        FileTree tree = reader.tree();
        Path image = folder.resolve("image" + copies);
        try (FileChannel channel = Images.channel(image);
            SquashfsWriter writer = SquashfsWriter.open(channel, 0, OPTIONS)) {
          if (copies) {
            writer.adoptAll(tree, told::addAndGet);
            assertThat(told).hasValue(0);
          } else {
            writer.storeAll(tree, told::addAndGet);
            assertThat(told).hasValue(20_300);
          }
          var _ = writer.finish(tree);
        }
        assertThat(text(image)).isEqualTo(wanted);
      }
    }
  }

  @Test
  void blocksThatTheSourceSharesAreCopiedOnce() throws Exception {
    byte[] same = noise(1 << 20, 1);
    Path source = image("source", tree(same, same, same, noise(10_000, 2)), OPTIONS);
    Path copy = copy(source, "copy", OPTIONS);
    assertThat(Files.size(copy)).isBetween(1L << 20, (1L << 20) + 30_000);
    assertThat(bytes(copy, "f002")).isEqualTo(same);
  }

  @Test
  void blocksThatNoFileWantsAreLeftOut() throws Exception {
    byte[][] contents = new byte[80][];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = noise(i < 40 ? 20_000 : 300, i);
    }
    Path source = image("source", tree(contents), OPTIONS);
    try (SquashfsReader reader = SquashfsReader.open(source)) {
      FileTree tree = reader.tree();
      tree.root().children().keySet().removeIf(name -> !name.toString().endsWith("7"));
      String wanted = TreeText.of(tree);
      Path copy = image("copy", tree, OPTIONS);
      assertThat(text(copy)).isEqualTo(wanted);
      assertThat(Files.size(copy)).as("4 of 20000 and 4 of 300 bytes").isLessThan(90_000);
    }
  }

  @Test
  void imagesOfOtherBlocksHaveOtherDigests() throws Exception {
    Path source = image("source", tree(noise(50_000, 1)), OPTIONS);
    byte[] digest = digestOfCopy(source);
    assertThat(digestOfCopy(source)).isEqualTo(digest);
    byte[] changed = Files.readAllBytes(source);
    changed[20_000] ^= 1;
    Files.write(source, changed);
    assertThat(digestOfCopy(source)).isNotEqualTo(digest);
  }

  private byte[] digestOfCopy(Path source) throws IOException {
    try (SquashfsReader reader = SquashfsReader.open(source);
        FileChannel channel = Images.channel(folder.resolve("copy"));
        SquashfsWriter writer = SquashfsWriter.open(channel, 0, OPTIONS)) {
      var _ = writer.finish(reader.tree());
      return writer.contentDigest();
    }
  }

  /// An image whose tables may be written into, and its only file's inode.
  private byte[] plain(byte[] content) throws IOException {
    SquashfsOptions options = OPTIONS.withCompression(Compression.NONE);
    return Files.readAllBytes(image("plain", tree(content), options));
  }

  private void requireRefused(byte[] image, String field) throws IOException {
    Path source = folder.resolve("hostile");
    Files.write(source, image);
    assertThatThrownBy(() -> copy(source, "copy", OPTIONS.withCompression(Compression.NONE)))
        .isInstanceOfSatisfying(
            MalformedImageException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void sizesAndPlacesThatNoBlockHasAreRefused() throws Exception {
    byte[] image = plain(noise(20_000, 1));
    int inode = (int) littleEndian(image).getLong(64) + 2;
    ByteBuffer at = littleEndian(image);
    assertThat(at.getShort(inode)).as("a basic file").isEqualTo((short) 2);
    assertThat(at.getInt(inode + 32)).as("its first size word").isEqualTo(8192 | (1 << 24));
    at.putInt(inode + 32, 8193 | (1 << 24));
    requireRefused(image, "data block");
    at.putInt(inode + 32, 8191 | (1 << 24));
    requireRefused(image, "data block");
    at.putInt(inode + 32, 1 << 25);
    requireRefused(image, "data block");
    at.putInt(inode + 32, 8192 | (1 << 24));
    at.putInt(inode + 16, -5000);
    requireRefused(image, "data block");
  }

  @Test
  void fragmentsThatCannotBeAreRefused() throws Exception {
    byte[] image = plain(noise(5000, 1));
    int inode = (int) littleEndian(image).getLong(64) + 2;
    ByteBuffer at = littleEndian(image);
    assertThat(at.getShort(inode)).as("a basic file").isEqualTo((short) 2);
    at.putInt(inode + 20, 7);
    requireRefused(image, "fragment index");
    at.putInt(inode + 20, 0);
    for (int offset : new int[] {-1, 1, 8192, Integer.MAX_VALUE}) {
      at.putInt(inode + 24, offset);
      requireRefused(image, "fragment offset");
    }
    at.putInt(inode + 24, 0);
    int fragment = (int) at.getLong((int) at.getLong(80)) + 2;
    at.putLong(fragment, Long.MAX_VALUE);
    requireRefused(image, "fragment block");
    at.putLong(fragment, -1);
    requireRefused(image, "fragment_table.start");
  }

  @Test
  void filesTooLargeToBeTrueAreRefused() throws Exception {
    byte[] image = plain(new byte[300_000]);
    int inode = (int) littleEndian(image).getLong(64) + 2;
    assertThat(littleEndian(image).getShort(inode)).as("extended").isEqualTo((short) 9);
    littleEndian(image).putLong(inode + 24, 1_200_000_000);
    requireRefused(image, "file_size");
  }

  @ParameterizedTest
  @ValueSource(longs = {51, 52, 53, 54})
  void whatIsReadOfADamagedSourceIsReadOfItsCopy(long seed) throws Exception {
    SquashfsOptions options = OPTIONS.withCompression(Compression.NONE);
    byte[] whole = Files.readAllBytes(image("whole", RandomTree.of(seed, 20_000), options));
    int tables = (int) littleEndian(whole).getLong(64);
    int end = (int) littleEndian(whole).getLong(40);
    Random random = new Random(seed);
    int copied = 0;
    for (int i = 0; i < 40; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(tables, end)] ^= (byte) (1 << random.nextInt(8));
      Path source = folder.resolve("damaged");
      Files.write(source, damaged);
      try (SquashfsReader reader = SquashfsReader.open(source)) {
        Path copy = image("copy", reader.tree(), options);
        assertThat(text(copy)).as("flip %d", i).isEqualTo(TreeText.of(reader.tree()));
        copied++;
      } catch (MalformedImageException e) {
        assertThat(e.file()).as("flip %d: %s", i, e.getMessage()).isEqualTo(source.toString());
      }
    }
    assertThat(copied).isPositive();
  }

  @Test
  void aFragmentShorterThanItsTailsIsRefused() throws Exception {
    byte[][] contents = new byte[30][];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = new byte[200];
      contents[i][i] = 1;
    }
    Path source = image("source", tree(contents), OPTIONS);
    byte[] image = Files.readAllBytes(source);
    try (SquashfsReader reader = SquashfsReader.open(source)) {
      assertThat(reader.compression()).contains(Compression.ZSTD);
    }
    Path other = image("other", tree(contents[0]), OPTIONS);
    byte[] shorter = Files.readAllBytes(other);
    System.arraycopy(shorter, 96, image, 96, 40);
    Files.write(source, image);
    assertThatThrownBy(() -> copy(source, "copy", OPTIONS))
        .isInstanceOf(MalformedImageException.class);
  }
}
