package dev.skiff.builder.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AssembledTreeTest {

  private static Directory directory(long mtime) {
    return new Directory(Attributes.of(0755, 0, 0, mtime));
  }

  @Test
  void everyFileGetsTheLatestTimeAndSeveralNamesStayOneFile() {
    Directory root = directory(10);
    Directory below = directory(30);
    RegularFile linked =
        new RegularFile(Attributes.of(0644, 0, 0, 20), FileContent.of(new byte[1]));
    root.children().put(FileName.of("below"), below);
    root.children().put(FileName.of("one"), linked);
    below.children().put(FileName.of("two"), linked);
    FileTree tree = AssembledTree.of(new FileTree(root), Optional.of(Instant.ofEpochSecond(15)));
    assertThat(tree.root().attributes().mtimeSeconds()).isEqualTo(10);
    assertThat(below.attributes().mtimeSeconds()).isEqualTo(15);
    FileNode one = tree.find("one").orElseThrow();
    assertThat(one.attributes().mtimeSeconds()).isEqualTo(15);
    assertThat(tree.find("below/two").orElseThrow()).isSameAs(one);
  }

  @Test
  void aTreeMayBeVeryDeep() {
    Directory root = directory(1);
    Directory here = root;
    for (int i = 0; i < 300_000; i++) {
      Directory below = directory(1);
      here.children().put(FileName.of("d"), below);
      here = below;
    }
    var _ = AssembledTree.of(new FileTree(root), Optional.of(Instant.EPOCH));
    assertThat(here.attributes().mtimeSeconds()).isZero();
  }
}
