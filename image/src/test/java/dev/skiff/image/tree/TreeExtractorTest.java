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
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeExtractorTest {

  private static final TreeExtractor.Options KEPT =
      new TreeExtractor.Options(Ownership.KEPT, Long.MAX_VALUE);
  private static final TreeExtractor.Options CALLER =
      new TreeExtractor.Options(Ownership.CALLER, Long.MAX_VALUE);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {41, 42, 43})
  void whatRootExtractsIsTheTreeItself(long seed) throws Exception {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid")),
        "needs root: owners, device nodes and trusted attributes are compared");
    FileTree tree = RandomTree.of(seed, 300_000);
    Path target = folder.resolve("out");
    Extraction extraction = TreeExtractor.extract(tree, target, KEPT);
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

  @Test
  void noMoreIsWrittenThanAllowed() {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    root.children().put(FileName.of("a"), file("0123456789"));
    root.children().put(FileName.of("b"), file("0123456789"));
    TreeExtractor.Options options = new TreeExtractor.Options(Ownership.CALLER, 15);
    assertThatThrownBy(
            () -> TreeExtractor.extract(new FileTree(root), folder.resolve("out"), options))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("15 bytes");
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
