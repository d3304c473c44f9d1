package dev.skiff.image.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.TreeExtractor.Extraction;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeExtractorTest {

  private static final TreeExtractor.Options CALLER =
      new TreeExtractor.Options(Ownership.CALLER, Long.MAX_VALUE);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"41, 1", "42, 2", "43, 7"})
  void whatRootExtractsIsTheTreeItself(long seed, int threads) throws Exception {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid")),
        "needs root: owners, device nodes and trusted attributes are compared");
    FileTree tree = RandomTree.of(seed, 300_000);
    Path target = folder.resolve("out");
    Extraction extraction =
        TreeExtractor.extract(
            tree, target, new TreeExtractor.Options(Ownership.KEPT, Long.MAX_VALUE, threads));
    assertThat(extraction.skipped()).isEmpty();
    DirectoryTree.Options asOnHost =
        new DirectoryTree.Options(DirectoryTree.Owners.AS_ON_HOST, Set.of());
    FileTree read = DirectoryTree.read(target, asOnHost);
    assertThat(
            TreeText.difference(
                withoutLinkAttributes(TreeText.of(read)), withoutLinkAttributes(TreeText.of(tree))))
        .isEmpty();
  }

  /// Linux has no modes for links.
  private static String withoutLinkAttributes(String text) {
    return text.replaceAll("(?m)^(\\S+ link \\S+) [0-7]+", "$1");
  }

  @Test
  void linksInTheTreeLeadNowhere() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    Attributes attributes = Attributes.of(0644, 0, 0, 5);
    byte[] target = outside.toString().getBytes(StandardCharsets.UTF_8);
    root.children().put(FileName.of("link"), new Symlink(attributes, target));
    root.children().put(FileName.of("file"), file("x"));
    var _ = TreeExtractor.extract(new FileTree(root), folder.resolve("out"), CALLER);
    assertThat(folder.resolve("out/link")).isSymbolicLink();
    assertThat(outside).isEmptyDirectory();
  }

  private static RegularFile file(String text) {
    return new RegularFile(
        Attributes.of(0644, 1, 1, 5), RandomTree.content(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aDirectoryThatHasSomethingInItIsLeftAlone() throws Exception {
    Files.writeString(folder.resolve("there"), "x");
    FileTree tree = new FileTree(new Directory(Attributes.of(0755, 0, 0, 0)));
    assertThatThrownBy(() -> TreeExtractor.extract(tree, folder, CALLER))
        .isInstanceOf(DirectoryNotEmptyException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void noMoreIsWrittenThanAllowed(int threads) {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    root.children().put(FileName.of("a"), file("0123456789"));
    root.children().put(FileName.of("b"), file("0123456789"));
    TreeExtractor.Options options = new TreeExtractor.Options(Ownership.CALLER, 15, threads);
    assertThatThrownBy(
            () -> TreeExtractor.extract(new FileTree(root), folder.resolve("out"), options))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("15 bytes");
  }

  /// Thousands of files wait to be made when the first of them fails.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void theFailureOfAFileEndsTheExtraction(int threads) {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    FileContent broken =
        new FileContent() {
          @Override
          public long sizeBytes() {
            return 1;
          }

          @Override
          public InputStream open() throws IOException {
            throw new IOException("a block is corrupt");
          }
        };
    root.children().put(FileName.of("0"), new RegularFile(Attributes.of(0644, 0, 0, 0), broken));
    for (int i = 1; i < 3000; i++) {
      root.children().put(FileName.of("f" + i), file("x"));
    }
    TreeExtractor.Options options =
        new TreeExtractor.Options(Ownership.CALLER, Long.MAX_VALUE, threads);
    assertThatThrownBy(
            () -> TreeExtractor.extract(new FileTree(root), folder.resolve("out"), options))
        .isInstanceOf(IOException.class)
        .hasMessage("a block is corrupt");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void hardLinksAreMadeWhateverTheOrder(int threads) throws Exception {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    Directory below = new Directory(Attributes.of(0555, 0, 0, 0));
    root.children().put(FileName.of("below"), below);
    for (int i = 0; i < 200; i++) {
      RegularFile linked = file("content " + i);
      below.children().put(FileName.of("first" + i), linked);
      root.children().put(FileName.of("second" + i), linked);
      root.children().put(FileName.of("alone" + i), file("alone " + i));
    }
    Path out = folder.resolve("out");
    TreeExtractor.Options options =
        new TreeExtractor.Options(Ownership.CALLER, Long.MAX_VALUE, threads);
    Extraction extraction = TreeExtractor.extract(new FileTree(root), out, options);
    assertThat(extraction.files()).isEqualTo(601);
    for (int i = 0; i < 200; i++) {
      assertThat(out.resolve("second" + i)).hasContent("content " + i);
      assertThat(Files.getAttribute(out.resolve("second" + i), "unix:ino"))
          .isEqualTo(Files.getAttribute(out.resolve("below/first" + i), "unix:ino"));
      assertThat(out.resolve("alone" + i)).hasContent("alone " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void everyByteIsToldAndThoseOfSeveralNamesOnce(int threads) throws Exception {
    FileTree tree = RandomTree.of(44, 300_000);
    AtomicLong told = new AtomicLong();
    TreeExtractor.Options options =
        new TreeExtractor.Options(Ownership.CALLER, Long.MAX_VALUE, threads, told::addAndGet);
    Extraction extraction = TreeExtractor.extract(tree, folder.resolve("out"), options);
    TreeTotals totals = TreeTotals.of(tree);
    assertThat(told).hasValue(totals.bytes());
    assertThat(extraction.bytesWritten()).isPositive().isLessThan(totals.bytes()); // holes
  }

  @Test
  void zerosBecomeHoles() throws Exception {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    RegularFile zeros =
        new RegularFile(Attributes.of(0644, 0, 0, 0), RandomTree.content(new byte[10 << 20]));
    root.children().put(FileName.of("zeros"), zeros);
    Extraction extraction =
        TreeExtractor.extract(new FileTree(root), folder.resolve("out"), CALLER);
    assertThat(extraction.bytesWritten()).isZero();
    assertThat(Files.size(folder.resolve("out/zeros"))).isEqualTo(10 << 20);
  }
}
