package dev.skiff.image.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTreeTest {

  private static FileTree tree() {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    Directory folder = new Directory(Attributes.of(0755, 0, 0, 0));
    folder.children().put(FileName.of("pipe"), new Fifo(Attributes.of(0600, 0, 0, 0)));
    root.children().put(FileName.of("folder"), folder);
    return new FileTree(root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder/pipe", "/folder/pipe", "//folder/./pipe"})
  void filesAreFoundByTheirPath(String path) {
    assertThat(tree().find(path)).containsInstanceOf(Fifo.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder/../folder", "..", "none", "folder/pipe/x", "a\0b"})
  void whatIsNotThereIsNotFound(String path) {
    assertThat(tree().find(path)).isEmpty();
  }

  @Test
  void noPathIsTheRoot() {
    FileTree tree = tree();
    assertThat(tree.find("/")).containsSame(tree.root());
    assertThat(tree.find("x".repeat(300))).isEmpty();
  }
}
