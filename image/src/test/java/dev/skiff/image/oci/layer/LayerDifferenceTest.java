package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LayerDifferenceTest {

  private static final Attributes PLAIN = Attributes.of(0644, 1, 2, 1_000_000);
  private static final Attributes FOLDER = Attributes.of(0755, 0, 0, 1_000_000);
  private static final Attributes LINK = Attributes.of(0777, 1, 2, 1_000_000);

  private static FileName name(String name) {
    return FileName.of(name);
  }

  private static RegularFile file(Attributes attributes, String text) {
    return new RegularFile(attributes, FileContent.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void put(Directory directory, String name, FileNode node) {
    FileNode _ = directory.children().put(name(name), node);
  }

  /// What every case starts from.
  private static Directory base() {
    Directory folder = new Directory(FOLDER);
    put(folder, "kept", file(PLAIN, "kept"));
    put(folder, "other", file(PLAIN, "other"));
    RegularFile twice = file(PLAIN, "twice");
    Directory root = new Directory(FOLDER);
    put(root, "folder", folder);
    put(root, "one", twice);
    put(root, "two", twice);
    put(root, "link", new Symlink(LINK, "one".getBytes(StandardCharsets.UTF_8)));
    put(root, "null", new Device(PLAIN, Device.Kind.CHARACTER, 1, 3));
    put(
        root,
        "marked",
        file(new Attributes(0644, 0, 0, 5, new TreeMap<>(Map.of("user.a", new byte[] {1}))), "m"));
    return root;
  }

  private static MemoryLayer layer(Directory root) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerTar.write(new FileTree(root), out);
    return new MemoryLayer(out.toByteArray());
  }

  /// Paths of what the layer for a change holds. That the layer makes the change is proven on the
  /// way.
  private static List<String> difference(Consumer<Directory> change) throws IOException {
    Directory whole = base();
    change.accept(whole);
    MemoryLayer below = layer(base());
    FileTree tree = new FileTree(whole);
    FileTree layer = LayerDifference.between(List.of(below), tree, MergeLimits.STANDARD);
    MemoryLayer above = layer(layer.root());
    FileTree again =
        LayerMerge.merge(
            List.of(below, above),
            (in, size) -> FileContent.of(in.readAllBytes()),
            MergeLimits.STANDARD);
    assertThat(layer(again.root()).open().readAllBytes())
        .isEqualTo(layer(whole).open().readAllBytes());
    List<String> paths = new ArrayList<>();
    list("", layer.root(), paths);
    return paths;
  }

  private static void list(String path, Directory directory, List<String> paths) {
    for (Map.Entry<FileName, FileNode> child : directory.entries()) {
      String below = path + "/" + child.getKey();
      paths.add(below);
      if (child.getValue() instanceof Directory deeper) {
        list(below, deeper, paths);
      }
    }
  }

  private static Directory folder(Directory root) {
    return (Directory) Objects.requireNonNull(root.child(name("folder")));
  }

  @Test
  void ofWhatIsTheSameNothingIsWritten() throws IOException {
    assertThat(difference(root -> {})).isEmpty();
  }

  @Test
  void whatIsAddedIsAllThereIs() throws IOException {
    assertThat(difference(root -> put(folder(root), "new", file(PLAIN, "new"))))
        .containsExactly("/folder", "/folder/new");
  }

  @Test
  void bytesCountThoughSizeAndTimeAreTheSame() throws IOException {
    assertThat(difference(root -> put(folder(root), "kept", file(PLAIN, "kopt"))))
        .containsExactly("/folder", "/folder/kept");
  }

  @Test
  void ownersPermissionsTimesAndExtendedAttributesCount() throws IOException {
    for (Attributes other :
        List.of(
            Attributes.of(0600, 1, 2, 1_000_000),
            Attributes.of(0644, 3, 2, 1_000_000),
            Attributes.of(0644, 1, 3, 1_000_000),
            Attributes.of(0644, 1, 2, 1_000_001),
            new Attributes(0644, 1, 2, 1_000_000, new TreeMap<>(Map.of("user.a", new byte[1]))))) {
      assertThat(difference(root -> put(folder(root), "kept", file(other, "kept"))))
          .containsExactly("/folder", "/folder/kept");
    }
    assertThat(difference(root -> folder(root).setAttributes(PLAIN))).containsExactly("/folder");
  }

  @Test
  void whatIsGoneIsSaid() throws IOException {
    assertThat(
            difference(root -> {
              FileNode _ = root.children().remove(name("link"));
              FileNode _ = folder(root).children().remove(name("other"));
            }))
        .containsExactly("/.wh.link", "/folder", "/folder/.wh.other");
  }

  @Test
  void oneKindOfFileReplacesAnother() throws IOException {
    assertThat(
            difference(root -> {
              put(root, "folder", file(PLAIN, "no folder"));
              put(root, "null", new Device(PLAIN, Device.Kind.BLOCK, 1, 3));
              put(root, "link", new Directory(FOLDER));
            }))
        .containsExactly("/folder", "/link", "/null");
  }

  @Test
  void aNewNameOfAFileBringsAllOfItsNames() throws IOException {
    assertThat(
            difference(root ->
                put(folder(root), "three", Objects.requireNonNull(root.child(name("one"))))))
        .containsExactly("/folder", "/folder/three", "/one", "/two");
  }
}
