package dev.skiff.image.squashfs.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.squashfs.Images;
import dev.skiff.image.squashfs.LayerStack;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blocks of an image whose bytes have a name already are copied without a look at them.
final class NamedImageTest {

  private static final int OFFSET = 4096; // as within a SIF
  private static final SquashfsOptions OPTIONS =
      SquashfsOptions.defaults().withBlockSizeBytes(8192).withThreads(2);

  @TempDir Path folder;

  private static byte[] noise(long seed) {
    byte[] bytes = new byte[40_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// Makes an image of a named one.
  private byte[] digestOfCopy(Path source, String name, Change change) throws IOException {
    try (LayerStack stack = LayerStack.of(SquashfsReader.open(source));
        FileChannel channel = Images.channel(folder.resolve("copy"));
        SquashfsWriter writer = SquashfsWriter.open(channel, OFFSET, OPTIONS)) {
      stack.isNamed(name.getBytes(StandardCharsets.US_ASCII));
      var _ = writer.finish(change.of(stack.tree()));
      return writer.contentDigest();
    }
  }

  private interface Change {
    FileTree of(FileTree tree);
  }

  private static Change only(String file) {
    return tree -> {
      Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
      root.children().put(FileName.of("x"), tree.find(file).orElseThrow());
      return new FileTree(root);
    };
  }

  private SquashfsReader copy() throws IOException {
    return SquashfsReader.open(folder.resolve("copy"), OFFSET, Long.MAX_VALUE);
  }

  private byte[] copied() throws IOException {
    try (SquashfsReader reader = copy();
        InputStream in = ((RegularFile) reader.tree().find("x").orElseThrow()).content().open()) {
      return in.readAllBytes();
    }
  }

  @Test
  void aCopyIsNamedByTheImageAndByWhatWasTakenOfIt() throws Exception {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    for (int i = 1; i <= 2; i++) {
      RegularFile file =
          new RegularFile(Attributes.of(0644, 0, 0, 1000), RandomTree.content(noise(i)));
      root.children().put(FileName.of("f" + i), file);
    }
    Path source = Images.write(folder.resolve("source"), new FileTree(root), OPTIONS);
    byte[] digest = digestOfCopy(source, "a", only("f1"));
    assertThat(copied()).isEqualTo(noise(1));
    assertThat(digestOfCopy(source, "a", only("f2")))
        .as("other blocks under the same tables")
        .isNotEqualTo(digest);
    assertThat(copied()).isEqualTo(noise(2));
    assertThat(digestOfCopy(source, "b", only("f1"))).isNotEqualTo(digest);
    assertThat(digestOfCopy(source, "a", only("f1"))).isEqualTo(digest);
  }

  @Test
  void theCopyHoldsTheSameTree() throws Exception {
    Path source = Images.write(folder.resolve("source"), RandomTree.of(43, 100_000), OPTIONS);
    byte[] _ = digestOfCopy(source, "a", tree -> tree);
    try (SquashfsReader was = SquashfsReader.open(source);
        SquashfsReader is = copy()) {
      assertThat(TreeText.difference(TreeText.of(is.tree()), TreeText.of(was.tree()))).isEmpty();
    }
  }
}
