package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarWriter;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LayerChangesTest {

  private static final Attributes PLAIN = Attributes.of(0644, 1, 2, 1_000_000);
  private static final Attributes LINK = Attributes.of(0777, 0, 0, 0);
  private static final Attributes FOLDER = Attributes.of(01777, 0, 0, 1_000_000);

  private static FileTree read(byte[] tar, UnaryOperator<Attributes> attributes)
      throws IOException {
    return LayerChanges.read(
        new MemoryLayer(tar), FOLDER, (in, size) -> FileContent.of(in.readAllBytes()), attributes);
  }

  private static byte[] tar(FileTree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerTar.write(tree, out);
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static FileTree changes() {
    Directory emptied = new Directory(FOLDER);
    FileNode _ = emptied.children().put(Whiteouts.OPAQUE, Whiteouts.node());
    RegularFile twice = new RegularFile(PLAIN, FileContent.of(bytes("twice")));
    Directory root = new Directory(FOLDER);
    FileNode _ = root.children().put(FileName.of("emptied"), emptied);
    FileNode _ = root.children().put(Whiteouts.of(FileName.of("gone")), Whiteouts.node());
    FileNode _ = root.children().put(FileName.of("link"), new Symlink(LINK, bytes("one")));
    FileNode _ = root.children().put(FileName.of("one"), twice);
    FileNode _ = root.children().put(FileName.of("two"), twice);
    return new FileTree(root);
  }

  @Test
  void whatIsReadIsWrittenAsItWas() throws IOException {
    byte[] tar = tar(changes());
    assertThat(tar(read(tar, UnaryOperator.identity()))).isEqualTo(tar);
  }

  @Test
  void directoriesThatAreLeftOutAreMade() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      tar.file(bytes("a/b/file"), PLAIN, FileContent.of(bytes("text")));
    }
    FileTree tree = read(out.toByteArray(), _ -> PLAIN);
    assertThat(tree.find("/a/b")).get().isInstanceOf(Directory.class);
    assertThat(tree.find("/a/b/file")).get().extracting(FileNode::attributes).isEqualTo(PLAIN);
    assertThat(tree.root().attributes()).isEqualTo(FOLDER);
  }

  @Test
  void aHardLinkToNothingIsNoLayer() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      tar.hardLink(bytes("two"), PLAIN, bytes("one"));
    }
    assertThatThrownBy(() -> read(out.toByteArray(), UnaryOperator.identity()))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("two");
  }
}
