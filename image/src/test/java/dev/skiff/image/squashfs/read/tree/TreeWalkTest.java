package dev.skiff.image.squashfs.read.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.squashfs.Images;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.DirectoryWalk;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import dev.skiff.image.tree.WalkedLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeWalkTest {

  private static final SquashfsOptions OPTIONS =
      SquashfsOptions.defaults().withThreads(1).withBlockSizeBytes(4096);

  @TempDir Path folder;

  private static WalkedLines walk(Path image) throws IOException {
    WalkedLines lines = new WalkedLines();
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      reader.walk(lines);
    }
    return lines;
  }

  private static RegularFile file(byte[] bytes) {
    return new RegularFile(Attributes.of(0644, 0, 0, 0), RandomTree.content(bytes));
  }

  @Test
  void filesComeBeforeDirectoriesAndSeveralNamesOnce() throws IOException {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    Directory a = new Directory(Attributes.of(0755, 0, 0, 0));
    Directory empty = new Directory(Attributes.of(0755, 0, 0, 0));
    RegularFile linked = file(new byte[5]);
    root.children().put(FileName.of("a"), a);
    root.children().put(FileName.of("z"), linked);
    a.children().put(FileName.of("again"), linked);
    a.children().put(FileName.of("empty"), empty);
    a.children().put(FileName.of("f"), file(new byte[7]));
    Path image = Images.write(folder.resolve("i"), new FileTree(root), OPTIONS);
    assertThat(walk(image).text()).isEqualTo("z 5\na/\n  f 7\n  empty/\n");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anImageAndItsUnpackedFilesAreTheSame(long seed) throws IOException {
    Directory root = RandomTree.of(seed, 20_000).root();
    root.children().put(FileName.of("linked"), file(new byte[9]));
    root.children().put(FileName.of("again"), root.children().get(FileName.of("linked")));
    Path image = Images.write(folder.resolve("i"), new FileTree(root), OPTIONS);
    Path unpacked = folder.resolve("unpacked");
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      assertThat(reader.extract(unpacked, Ownership.CALLER).skippedCount()).isNotNegative();
    }
    WalkedLines onDisk = new WalkedLines();
    DirectoryWalk.walk(unpacked, onDisk);
    assertThat(withoutDevices(onDisk.text())).isEqualTo(withoutDevices(walk(image).text()));
  }

  /// An ordinary user cannot make them, and their size is 0.
  private static String withoutDevices(String lines) {
    return lines.replaceAll("(?m)^.* 0\n", "");
  }

  @Test
  void storedSizesAddUpToTheDataOfTheImage() throws IOException {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    Random random = new Random(4);
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[random.nextInt(20_000)];
      random.nextBytes(bytes);
      root.children().put(FileName.of("f" + i), file(bytes));
    }
    SquashfsOptions plain = OPTIONS.withCompression(Compression.NONE);
    WalkedLines whole = walk(Images.write(folder.resolve("n"), new FileTree(root), plain));
    assertThat(whole.storedBytes()).isBetween(whole.bytes() * 9 / 10, whole.bytes());
    root.children().clear();
    root.children().put(FileName.of("zeros"), file(new byte[100_000]));
    root.children()
        .put(FileName.of("same"), file("a".repeat(100_000).getBytes(StandardCharsets.UTF_8)));
    WalkedLines small = walk(Images.write(folder.resolve("z"), new FileTree(root), OPTIONS));
    assertThat(small.bytes()).isEqualTo(200_000);
    assertThat(small.storedBytes()).isBetween(1L, 10_000L);
  }
}
