package dev.skiff.image.squashfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import dev.skiff.image.tree.TreeTotals;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SquashfsWriterTest {

  private static final SquashfsOptions OPTIONS = SquashfsOptions.defaults();
  private static final Attributes ATTRIBUTES = Attributes.of(0755, 0, 0, 1000);

  @TempDir Path folder;

  private static byte[] noise(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Directory directory() {
    return new Directory(ATTRIBUTES);
  }

  private static RegularFile file(FileContent content) {
    return new RegularFile(ATTRIBUTES, content);
  }

  private static FileContent store(SquashfsWriter writer, byte[] bytes) throws IOException {
    return writer.store(new ByteArrayInputStream(bytes), bytes.length);
  }

  @Test
  void filesStreamInBeforeTheTreeIsKnown() throws Exception {
    Path image = folder.resolve("image");
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      contents.add(noise(i * 20_000, i));
    }
    try (FileChannel channel = Images.channel(image);
        SquashfsWriter writer = SquashfsWriter.open(channel, 0, OPTIONS)) {
      Directory root = directory();
      for (int i = 49; i >= 0; i--) {
        FileContent stored = store(writer, contents.get(i));
        root.children().put(FileName.of("f" + i), file(stored));
      }
      var _ = writer.finish(new FileTree(root));
    }
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      FileTree tree = reader.tree();
      for (int i = 0; i < 50; i++) {
        assertThat(bytesOf(tree, "f" + i)).isEqualTo(contents.get(i));
      }
    }
  }

  private static byte[] bytesOf(FileTree tree, String path) throws IOException {
    if (tree.find(path).orElseThrow() instanceof RegularFile file) {
      try (InputStream in = file.content().open()) {
        return in.readAllBytes();
      }
    }
    throw new IllegalArgumentException(path);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7})
  void takingInATreeFirstGivesTheSameImage(long seed) throws Exception {
    FileTree tree = RandomTree.of(seed, 600_000);
    Path other = Images.write(folder.resolve("other"), tree, OPTIONS);
    String wanted = TreeText.of(tree);
    AtomicLong told = new AtomicLong();
    long bytes = TreeTotals.of(tree).bytes();
    Path image = folder.resolve("image");
    try (FileChannel channel = Images.channel(image);
        SquashfsWriter writer = SquashfsWriter.open(channel, 0, OPTIONS)) {
      if (seed % 2 == 0) {
        writer.adoptAll(tree, told::addAndGet);
      } else {
        writer.storeAll(tree, told::addAndGet);
      }
      assertThat(told).hasValue(bytes);
      assertThat(TreeText.of(tree)).isEqualTo(wanted);
      var _ = writer.finish(tree);
    }
    assertThat(image).hasSameBinaryContentAs(other);
  }

  @Test
  void aStoredFileIsReadBackWhileTheImageIsBeingWritten() throws Exception {
    try (FileChannel channel = Images.channel(folder.resolve("image"));
        SquashfsWriter writer = SquashfsWriter.open(channel, 8192, OPTIONS)) {
      byte[] bytes = noise(300_000, 1);
      FileContent stored = store(writer, bytes);
      try (InputStream in = stored.open()) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
      for (int i = 0; i < 3; i++) {
        var _ = store(writer, noise(100_000, 2 + i));
      }
      try (InputStream in = stored.open()) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void equalFilesAreStoredOnce() throws Exception {
    byte[] large = noise(5 << 20, 1);
    byte[] small = noise(100, 2);
    Directory root = directory();
    for (int i = 0; i < 4; i++) {
      root.children().put(FileName.of("large" + i), file(RandomTree.content(large)));
      root.children().put(FileName.of("small" + i), file(RandomTree.content(small)));
    }
    root.children().put(FileName.of("last"), file(RandomTree.content(noise(200_000, 3))));
    FileTree tree = new FileTree(root);
    Path image = Images.write(folder.resolve("image"), tree, OPTIONS);
    assertThat(Files.size(image)).isBetween(5L << 20, (5L << 20) + 300_000);
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      assertThat(TreeText.of(reader.tree())).isEqualTo(TreeText.of(tree));
    }
  }

  /// A reader of a large file need not decompress the tails of others.
  @Test
  void onlySmallFilesGoIntoFragments() throws Exception {
    int blockSize = OPTIONS.blockSizeBytes();
    for (int size : new int[] {blockSize, blockSize + 1, 3 * blockSize - 1}) {
      Directory root = directory();
      root.children().put(FileName.of("large"), file(RandomTree.content(noise(size, size))));
      Path image = Images.write(folder.resolve("image"), new FileTree(root), OPTIONS);
      assertThat(fragments(image)).as("%d bytes", size).isZero();
      try (SquashfsReader reader = SquashfsReader.open(image)) {
        assertThat(bytesOf(reader.tree(), "large")).isEqualTo(noise(size, size));
      }
    }
    Directory root = directory();
    root.children().put(FileName.of("small"), file(RandomTree.content(noise(blockSize - 1, 1))));
    Path image = Images.write(folder.resolve("image"), new FileTree(root), OPTIONS);
    assertThat(fragments(image)).isEqualTo(1);
  }

  private static int fragments(Path image) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN).getInt(16);
  }

  @Test
  void aTailOfZerosTakesNoRoom() throws Exception {
    byte[] bytes = Arrays.copyOf(noise(OPTIONS.blockSizeBytes(), 1), OPTIONS.blockSizeBytes() + 7);
    Directory root = directory();
    root.children().put(FileName.of("file"), file(RandomTree.content(bytes)));
    Path image = Images.write(folder.resolve("image"), new FileTree(root), OPTIONS);
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      assertThat(bytesOf(reader.tree(), "file")).isEqualTo(bytes);
    }
  }

  @Test
  void anImageBeginsAtItsOffsetAndEndsTheFile() throws Exception {
    Path file = folder.resolve("file");
    Files.write(file, noise(1 << 20, 1));
    FileTree tree = RandomTree.of(1, 10_000);
    try (FileChannel channel =
        FileChannel.open(
            file, java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE)) {
      long size = SquashfsWriter.write(tree, channel, 4096, OPTIONS);
      assertThat(channel.size()).isEqualTo(4096 + size);
      assertThat(size % 4096).isZero();
    }
    assertThat(Arrays.copyOf(Files.readAllBytes(file), 4096))
        .isEqualTo(Arrays.copyOf(noise(1 << 20, 1), 4096));
    try (SquashfsReader reader = SquashfsReader.open(file, 4096, Long.MAX_VALUE)) {
      assertThat(TreeText.of(reader.tree())).isEqualTo(TreeText.of(tree));
    }
  }

  @Test
  void aSparseFileBeyondFourGibTakesNextToNoRoom() throws Exception {
    long size = (5L << 30) + 77;
    Directory root = directory();
    root.children().put(FileName.of("sparse"), file(new Zeros(size)));
    Path image = Images.write(folder.resolve("image"), new FileTree(root), OPTIONS);
    assertThat(Files.size(image)).isLessThan(100_000);
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      FileNode node = reader.tree().find("sparse").orElseThrow();
      assertThat(node).isInstanceOf(RegularFile.class);
      FileContent content = ((RegularFile) node).content();
      assertThat(content.sizeBytes()).isEqualTo(size);
      try (InputStream in = content.open()) {
        assertThat(in.skip(1L << 30)).isPositive();
      }
    }
  }

  private record Zeros(long sizeBytes) implements FileContent {
    @Override
    public InputStream open() {
      return new InputStream() {
        private long left = sizeBytes;

        @Override
        public int read() {
          return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
          int count = (int) Math.min(left, length);
          Arrays.fill(bytes, offset, offset + count, (byte) 0);
          left -= count;
          return count == 0 ? -1 : count;
        }
      };
    }
  }

  @Test
  void aDirectoryOfAHundredThousandEntriesHasAnIndex() throws Exception {
    Directory large = directory();
    FileContent empty = RandomTree.content(new byte[0]);
    for (int i = 0; i < 100_000; i++) {
      large.children().put(FileName.of("entry-%06d".formatted(i)), file(empty));
    }
    Directory root = directory();
    root.children().put(FileName.of("large"), large);
    Path image = Images.write(folder.resolve("image"), new FileTree(root), OPTIONS);
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      FileNode read = reader.tree().find("large").orElseThrow();
      assertThat(((Directory) read).children().keySet())
          .containsExactlyElementsOf(large.children().keySet());
    }
  }

  @Test
  void contentsOfAnotherSizeThanTheySayAreRefused() throws Exception {
    try (FileChannel channel = Images.channel(folder.resolve("image"));
        SquashfsWriter writer = SquashfsWriter.open(channel, 0, OPTIONS)) {
      for (long said : new long[] {9, 11, 1 << 20, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> writer.store(new ByteArrayInputStream(new byte[10]), said))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("bytes");
      }
    }
  }

  @Test
  void aDirectoryThatStandsTwiceIsRefused() throws Exception {
    Directory root = directory();
    Directory twice = directory();
    root.children().put(FileName.of("a"), twice);
    root.children().put(FileName.of("b"), twice);
    assertThatThrownBy(() -> Images.write(folder.resolve("i"), new FileTree(root), OPTIONS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void attributesThatTheFormatCannotSayAreNamed() throws Exception {
    TreeMap<String, byte[]> xattrs = new TreeMap<>();
    xattrs.put("system.posix_acl_access", new byte[28]);
    xattrs.put("user.kept", "x".getBytes(StandardCharsets.UTF_8));
    Directory root = new Directory(new Attributes(0755, 0, 0, 0, xattrs));
    try (FileChannel channel = Images.channel(folder.resolve("image"));
        SquashfsWriter writer = SquashfsWriter.open(channel, 0, OPTIONS)) {
      var _ = writer.finish(new FileTree(root));
      assertThat(writer.droppedXattrs().names()).containsExactly("system.posix_acl_access");
      assertThat(writer.droppedXattrs().files()).isEqualTo(1);
    }
  }

  @Test
  void treesAsDeepAsATarFileMayNameAreWrittenAndRead() throws Exception {
    Directory root = directory();
    Directory here = root;
    for (int i = 0; i < 20_000; i++) {
      Directory next = directory();
      here.children().put(FileName.of("d"), next);
      here = next;
    }
    Path image =
        Images.write(
            folder.resolve("i"), new FileTree(root), OPTIONS.withCompression(Compression.LZ4));
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      assertThat(reader.inodeCount()).isEqualTo(20_001);
      Directory read = reader.tree().root();
      int depth = 0;
      while (read.children().get(FileName.of("d")) instanceof Directory next) {
        read = next;
        depth++;
      }
      assertThat(depth).isEqualTo(20_000);
    }
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> OPTIONS.withLevel(23)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OPTIONS.withBlockSizeBytes(100_000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OPTIONS.withBlockSizeBytes(2 << 20))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OPTIONS.withThreads(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
