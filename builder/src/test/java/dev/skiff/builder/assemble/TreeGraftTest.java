package dev.skiff.builder.assemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TreeGraftTest {

  private static final Attributes PLAIN = Attributes.of(0555, 7, 8, 100);

  private final FileTree tree = new FileTree(new Directory(PLAIN));

  private void put(String name, FileNode node) {
    tree.root().children().put(FileName.of(name), node);
  }

  private static Symlink link(String target) {
    return new Symlink(PLAIN, target.getBytes(StandardCharsets.UTF_8));
  }

  private String text(String path) throws IOException {
    RegularFile file = (RegularFile) tree.find(path).orElseThrow();
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void linksAreFollowedWithinTheTree() throws IOException {
    put("etc", link("/usr/../../etc2"));
    put("var", link("private/var"));
    new TreeGraft(tree, 5)
        .add(List.of(ImageEntry.text("/etc/hosts", "h"), ImageEntry.folder("/var/tmp")));
    assertThat(text("etc2/hosts")).isEqualTo("h");
    assertThat(tree.find("private/var/tmp")).isPresent();
    assertThat(tree.root().attributes().permissions()).isEqualTo(0755);
  }

  @Test
  void theSkeletonGoesIntoAnEmptyTreeTwice() throws IOException {
    TreeGraft graft = new TreeGraft(tree, 5);
    graft.add(Skeleton.entries(WhenPresent.REPLACE));
    graft.add(Skeleton.entries(WhenPresent.KEEP));
    assertThat(text(".singularity.d/runscript")).isEqualTo("#!/bin/sh\n");
    assertThat(tree.find("environment")).get().isInstanceOf(Symlink.class);
  }

  @Test
  void loopsAndFilesInTheWayAreNoticed() {
    put("loop", link("loop"));
    put("pipe", new Fifo(PLAIN));
    TreeGraft graft = new TreeGraft(tree, 5);
    assertThatThrownBy(() -> graft.add(List.of(ImageEntry.text("/loop", ""))))
        .isInstanceOf(FileSystemLoopException.class);
    assertThatThrownBy(() -> graft.add(List.of(ImageEntry.text("/pipe/x", ""))))
        .isInstanceOf(NotDirectoryException.class);
  }

  @Test
  void timesAreCutAndHardLinksStay() {
    Fifo pipe = new Fifo(PLAIN);
    put("a", pipe);
    put("b", pipe);
    FileTree copied = AssembledTree.of(tree, Optional.of(Instant.ofEpochSecond(50)));
    FileNode a = copied.find("a").orElseThrow();
    assertThat(a).isSameAs(copied.find("b").orElseThrow());
    assertThat(a.attributes().mtimeSeconds()).isEqualTo(50);
    assertThat(a.attributes().uid()).isEqualTo(7);
  }
}
