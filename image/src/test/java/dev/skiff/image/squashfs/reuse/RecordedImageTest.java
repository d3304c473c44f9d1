package dev.skiff.image.squashfs.reuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.write.StoredFile;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Images made of blocks that a table tells of.
class RecordedImageTest {

  private static final SquashfsOptions OPTIONS =
      SquashfsOptions.defaults().withBlockSizeBytes(8192).withThreads(2);
  private static final int BASE = 512;

  @TempDir Path folder;

  /// How a writer gets its contents.
  private interface Taking {
    FileContent take(SquashfsWriter writer, FileContent content) throws IOException;
  }

  private record Made(Path file, ByteBuffer table, List<ContentKey> keys) {

    BlockTable blockTable() throws IOException {
      return BlockTable.of("table", table.duplicate());
    }

    String text() throws IOException {
      try (SquashfsReader reader = SquashfsReader.open(file, BASE, Long.MAX_VALUE)) {
        return TreeText.of(reader.tree());
      }
    }
  }

  private Made make(String name, FileTree tree, SquashfsOptions options, Taking taking)
      throws IOException {
    Path file = folder.resolve(name);
    List<ContentKey> keys = new ArrayList<>();
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        SquashfsWriter writer = SquashfsWriter.open(channel, BASE, options)) {
      take(tree.root(), writer, taking, keys);
      var _ = writer.finish(tree);
      return new Made(file, ByteBuffer.wrap(writer.blockTable()), keys);
    }
  }

  private static void take(
      Directory directory, SquashfsWriter writer, Taking taking, List<ContentKey> keys)
      throws IOException {
    for (Map.Entry<FileName, FileNode> child : directory.children().entrySet()) {
      if (child.getValue() instanceof Directory below) {
        take(below, writer, taking, keys);
      } else if (child.getValue() instanceof RegularFile file
          && !(file.content() instanceof StoredFile)) {
        FileContent stored = taking.take(writer, file.content());
        keys.add(stored.key().orElseThrow());
        child.setValue(new RegularFile(file.attributes(), stored));
      }
    }
  }

  private static FileContent store(SquashfsWriter writer, FileContent content) throws IOException {
    try (var in = content.open()) {
      return writer.store(in, content.sizeBytes());
    }
  }

  private static Optional<FileContent> adopt(SquashfsWriter writer, ContentKey key, Made from)
      throws IOException {
    FileChannel channel = FileChannel.open(from.file()); // the writer's, until it is finished
    return writer.adopt(
        key,
        new RecordedImage("recorded", channel, BASE, channel.size() - BASE, from.blockTable()));
  }

  /// The tree again, all of its contents from a recorded image.
  private Made again(String name, FileTree tree, SquashfsOptions options, Made from)
      throws IOException {
    List<ContentKey> left = new ArrayList<>(from.keys());
    try (FileChannel channel = FileChannel.open(from.file())) {
      RecordedImage image =
          new RecordedImage("recorded", channel, BASE, channel.size() - BASE, from.blockTable());
      return make(
          name,
          tree,
          options,
          (writer, content) -> writer.adopt(left.removeFirst(), image).orElseThrow());
    }
  }

  private static FileTree tree(byte[]... contents) {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    for (int i = 0; i < contents.length; i++) {
      root.children()
          .put(
              FileName.of("f%03d".formatted(i)),
              new RegularFile(Attributes.of(0644, 0, 0, 0), RandomTree.content(contents[i])));
    }
    return new FileTree(root);
  }

  private static byte[] noise(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void keysAloneYieldTheSameTree(Compression compression) throws Exception {
    SquashfsOptions options = OPTIONS.withCompression(compression);
    Made first = make("first", RandomTree.of(51, 100_000), options, RecordedImageTest::store);
    Made second = again("second", RandomTree.of(51, 100_000), options, first);
    assertThat(TreeText.difference(second.text(), first.text())).isEmpty();
    assertThat(second.keys()).isEqualTo(first.keys());
    Made third = again("third", RandomTree.of(51, 100_000), options, second);
    assertThat(TreeText.difference(third.text(), first.text())).isEmpty();
    assertThat(Files.mismatch(third.file(), second.file())).isEqualTo(-1);
  }

  @Test
  void filesOfEqualBytesAreOneWhicheverWayTheyCome() throws Exception {
    byte[] bytes = noise(30_000, 1);
    Made first = make("first", tree(bytes), OPTIONS, RecordedImageTest::store);
    ContentKey key = first.keys().getFirst();
    List<FileContent> taken = new ArrayList<>();
    Made both =
        make(
            "both",
            tree(bytes, bytes, bytes),
            OPTIONS,
            (writer, content) -> {
              taken.add(
                  taken.size() == 1
                      ? writer.store(new ByteArrayInputStream(bytes), bytes.length)
                      : adopt(writer, key, first).orElseThrow());
              return taken.getLast();
            });
    assertThat(taken.get(1)).isSameAs(taken.get(0)).isSameAs(taken.get(2));
    assertThat(Files.size(both.file())).isLessThan(50_000);
  }

  /// More than is copied at once: some while other files are still stored and adopted.
  private static byte[][] several() {
    byte[][] contents = new byte[70][];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = noise(i % 3 == 0 ? 300 : 100_000 + i, i);
    }
    return contents;
  }

  @Test
  void dataBlocksAreCopiedInBatchesBetweenOnesThatAreNew() throws Exception {
    FileTree tree = tree(several());
    Made first = make("first", tree, OPTIONS, RecordedImageTest::store);
    List<byte[]> contents = new ArrayList<>(List.of(several()));
    List<ContentKey> keys = new ArrayList<>(first.keys());
    for (int i = 5; i < 75; i += 7) { // new ones between
      contents.add(i, noise(60_000, 1000 + i));
      keys.add(i, new ContentKey(1, 0, 0, 0, 0));
    }
    String fresh =
        make("fresh", tree(contents.toArray(byte[][]::new)), OPTIONS, RecordedImageTest::store)
            .text();
    for (int threads : new int[] {1, 2, 4}) {
      SquashfsOptions options = OPTIONS.withThreads(threads);
      Made mixed =
          mixed("mixed" + threads, tree(contents.toArray(byte[][]::new)), options, first, keys);
      assertThat(mixed.text()).isEqualTo(fresh);
      assertThat(Files.mismatch(mixed.file(), folder.resolve("mixed1"))).isEqualTo(-1);
    }
  }

  /// Some contents from a recorded image, the others stored.
  private Made mixed(
      String name, FileTree tree, SquashfsOptions options, Made from, List<ContentKey> keys)
      throws IOException {
    List<ContentKey> left = new ArrayList<>(keys);
    try (FileChannel channel = FileChannel.open(from.file())) {
      RecordedImage image =
          new RecordedImage("recorded", channel, BASE, channel.size() - BASE, from.blockTable());
      return make(
          name,
          tree,
          options,
          (writer, content) -> {
            Optional<FileContent> known = writer.adopt(left.removeFirst(), image);
            return known.isPresent() ? known.get() : store(writer, content);
          });
    }
  }

  @Test
  void aChangedBlockOfABatchIsNoticed() throws Exception {
    Made first = make("first", tree(several()), OPTIONS, RecordedImageTest::store);
    try (FileChannel channel = FileChannel.open(first.file(), StandardOpenOption.WRITE)) {
      int _ = channel.write(ByteBuffer.wrap(new byte[10]), BASE + 96 + 50_000);
    }
    assertThatThrownBy(() -> again("copy", tree(several()), OPTIONS, first))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("not the one that was written");
  }

  @Test
  void whatNoTableHasIsNotAdopted() throws Exception {
    Made first = make("first", tree(noise(100, 1)), OPTIONS, RecordedImageTest::store);
    ContentKey key = first.keys().getFirst();
    ContentKey other = new ContentKey(key.sizeBytes(), key.a(), key.b(), key.c(), key.d() + 1);
    assertThat(first.blockTable().has(key)).isTrue();
    assertThat(first.blockTable().has(other)).isFalse();
    assertThat(OPTIONS.copiesBlocksOf(first.blockTable())).isTrue();
    assertThat(OPTIONS.withThreads(1).withMkfsTimeSeconds(1).copiesBlocksOf(first.blockTable()))
        .isTrue();
    assertThat(OPTIONS.withLevel(4).copiesBlocksOf(first.blockTable())).isFalse();
    assertThat(OPTIONS.withBlockSizeBytes(4096).copiesBlocksOf(first.blockTable())).isFalse();
    assertThat(OPTIONS.withCompression(Compression.GZIP).copiesBlocksOf(first.blockTable()))
        .isFalse();
  }

  @Test
  void anyChangedBlockIsNoticed() throws Exception {
    FileTree tree = tree(noise(20_000, 1), noise(7000, 2), noise(100, 3));
    Made first = make("first", tree, OPTIONS, RecordedImageTest::store);
    byte[] whole = Files.readAllBytes(first.file());
    for (int at = BASE + 96; at < BASE + 27_000; at += 499) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(first.file(), changed);
      String name = "copy" + at;
      assertThatThrownBy(
              () -> again(name, tree(new byte[0], new byte[0], new byte[0]), OPTIONS, first))
          .isInstanceOf(MalformedImageException.class)
          .hasMessageContaining("not the one that was written");
    }
    Files.write(first.file(), whole);
    Made copy = again("copy", tree(new byte[0], new byte[0], new byte[0]), OPTIONS, first);
    assertThat(copy.text()).isEqualTo(first.text());
  }

  @Test
  void aChangedFragmentOfWhichLittleIsWantedIsNoticed() throws Exception {
    FileTree tree = tree(noise(100, 1), noise(8000, 2));
    Made first = make("first", tree, OPTIONS, RecordedImageTest::store);
    try (FileChannel channel = FileChannel.open(first.file(), StandardOpenOption.WRITE)) {
      int _ = channel.write(ByteBuffer.wrap(new byte[10]), BASE + 96 + 50);
    }
    assertThatThrownBy(() -> again("copy", tree(new byte[100]), OPTIONS, first))
        .isInstanceOf(MalformedImageException.class);
  }

  @Test
  void anImageThatWasCutShortIsNoticed() throws Exception {
    Made first = make("first", tree(noise(50_000, 1)), OPTIONS, RecordedImageTest::store);
    try (FileChannel channel = FileChannel.open(first.file(), StandardOpenOption.WRITE)) {
      FileChannel _ = channel.truncate(20_000);
    }
    assertThatThrownBy(() -> again("copy", tree(new byte[0]), OPTIONS, first))
        .isInstanceOf(MalformedImageException.class);
  }

  /// Whoever can write into the cache can write any table.
  @Test
  void aForgedTableIsFollowedOrRefused() throws Exception {
    FileTree tree = tree(noise(20_000, 1), noise(7000, 2), noise(100, 3), new byte[9000]);
    Made first = make("first", tree, OPTIONS, RecordedImageTest::store);
    Random random = new Random(5);
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      byte[] forged = first.table().array().clone();
      forged[16 + random.nextInt(forged.length - 16)] = (byte) random.nextInt();
      Made changed = new Made(first.file(), ByteBuffer.wrap(forged), first.keys());
      try {
        byte[] none = {};
        Made made =
            make(
                "forged",
                tree(none, none, none, none),
                OPTIONS,
                new Taking() {
                  private int next;

                  @Override
                  public FileContent take(SquashfsWriter writer, FileContent content)
                      throws IOException {
                    ContentKey key = first.keys().get(next++);
                    Optional<FileContent> found = adopt(writer, key, changed);
                    return found.isPresent() ? found.get() : store(writer, content);
                  }
                });
        assertThat(made.file()).exists();
      } catch (MalformedImageException e) {
        refused++;
      }
      Files.delete(folder.resolve("forged"));
    }
    assertThat(refused).isBetween(100, 399);
  }
}
