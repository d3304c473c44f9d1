package dev.skiff.image.squashfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.LayerStack.Count;
import dev.skiff.image.squashfs.SquashfsReader.Links;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import dev.skiff.image.tree.WalkedLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerStackTest {

  private static final SquashfsOptions OPTIONS =
      SquashfsOptions.defaults().withThreads(1).withBlockSizeBytes(4096);

  @TempDir Path folder;

  private SquashfsReader image(Directory root) throws IOException {
    Path file = Files.createTempFile(folder, "layer", ".squashfs");
    return SquashfsReader.open(Images.write(file, new FileTree(root), OPTIONS));
  }

  private LayerStack stack(Directory... layers) throws IOException {
    List<SquashfsReader> images = new ArrayList<>();
    for (Directory layer : layers) {
      images.add(image(layer));
    }
    return LayerStack.of(images);
  }

  private static Directory directory() {
    return new Directory(Attributes.of(0755, 0, 0, 9));
  }

  private static RegularFile file(String text) {
    return new RegularFile(
        Attributes.of(0644, 0, 0, 9), RandomTree.content(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Device whiteout() {
    return new Device(Attributes.of(0, 0, 0, 0), Device.Kind.CHARACTER, 0, 0);
  }

  private static Directory opaque() {
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    xattrs.put("trusted.overlay.opaque", new byte[] {'y'});
    return new Directory(new Attributes(0700, 1, 2, 9, xattrs));
  }

  private static Directory put(Directory directory, String name, FileNode node) {
    directory.children().put(FileName.of(name), node);
    return directory;
  }

  private static String names(LayerStack stack, String path) throws IOException {
    return String.join(
        " ", stack.names(path, Links.FOLLOWED).stream().map(FileName::toString).sorted().toList());
  }

  @Test
  void whatAMiddleLayerDeletesAnUpperOneMayHaveAgain() throws IOException {
    Directory low = put(directory(), "d", put(directory(), "old", file("1")));
    Directory middle = put(directory(), "d", whiteout());
    Directory high = put(directory(), "d", put(directory(), "new", file("3")));
    try (LayerStack stack = stack(low, middle, high)) {
      assertThat(names(stack, "d")).isEqualTo("new");
      assertThat(stack.find("d/old", Links.KEPT)).isEmpty();
      assertThat(stack.find("d/new", Links.KEPT)).isPresent();
      assertThat(TreeText.of(stack.tree())).contains("/d/new").doesNotContain("old");
    }
  }

  @Test
  void aFileInBetweenHidesWhatIsBelowIt() throws IOException {
    Directory low = put(directory(), "d", put(directory(), "old", file("1")));
    Directory middle = put(directory(), "d", file("flat"));
    Directory high = put(directory(), "d", directory());
    try (LayerStack stack = stack(low, middle, high)) {
      assertThat(names(stack, "d")).isEmpty();
      assertThat(stack.find("d/old", Links.KEPT)).isEmpty();
      assertThat(stack.tree().find("d/old")).isEmpty();
    }
  }

  @Test
  void anOpaqueRootIsAlone() throws IOException {
    try (LayerStack stack =
        stack(put(directory(), "below", file("1")), put(opaque(), "above", file("2")))) {
      assertThat(names(stack, "/")).isEqualTo("above");
      assertThat(TreeText.of(stack.tree())).startsWith("/ directory 700 1:2 9\n");
      assertThat(stack.counts()).containsExactly(new Count(1, 1, 0, 0), new Count(1, 1, 1, 1));
    }
  }

  @Test
  void linksLeadThroughAllLayers() throws IOException {
    byte[] target = "../real/f".getBytes(StandardCharsets.UTF_8);
    Directory low = put(directory(), "real", put(directory(), "f", file("low")));
    Directory high =
        put(
            directory(),
            "d",
            put(directory(), "link", new Symlink(Attributes.of(0777, 0, 0, 0), target)));
    try (LayerStack stack = stack(low, high)) {
      assertThat(stack.find("d/link", Links.FOLLOWED).orElseThrow())
          .isInstanceOf(RegularFile.class);
      assertThat(stack.find("d/link", Links.KEPT).orElseThrow()).isInstanceOf(Symlink.class);
    }
  }

  @Test
  void oneImageAloneMeansNothingByItsDevices() throws IOException {
    Directory root = put(opaque(), "device", whiteout());
    try (LayerStack alone = LayerStack.of(image(root));
        LayerStack layer = stack(root)) {
      assertThat(TreeText.of(alone.tree()))
          .isEqualTo(
              "/ directory 700 1:2 9 trusted.overlay.opaque=79\n/device CHARACTER 0:0 0 0:0 0\n");
      assertThat(names(alone, "/")).isEqualTo("device");
      assertThat(TreeText.of(layer.tree())).isEqualTo("/ directory 700 1:2 9\n");
      assertThat(names(layer, "/")).isEmpty();
      assertThat(layer.find("device", Links.KEPT)).isEmpty();
    }
  }

  @Test
  void everyLayerIsCountedWithWhatIsHidden() throws IOException {
    RegularFile twice = file("twice");
    Directory low = put(put(directory(), "a", twice), "b", twice);
    put(low, "gone", put(directory(), "deep", put(directory(), "f", file("1234"))));
    put(low, "kept", file("12"));
    Directory high = put(put(directory(), "gone", whiteout()), "a", file("123"));
    try (LayerStack stack = stack(low, high)) {
      assertThat(stack.counts()).containsExactly(new Count(11, 4, 2, 7), new Count(3, 1, 1, 3));
    }
  }

  @Test
  void namesThatOnlyHideCountAgainstTheMemory() throws IOException {
    Directory high = directory();
    for (int i = 0; i < 2000; i++) {
      put(high, "a-name-to-be-remembered-" + i, whiteout());
    }
    try (LayerStack stack = stack(directory(), high)) {
      assertThat(TreeText.of(stack.tree(new Budget(100_000)))).hasLineCount(1);
      assertThatThrownBy(() -> stack.tree(new Budget(50_000)))
          .isInstanceOf(MalformedImageException.class)
          .hasMessageContaining("memory");
    }
  }

  /// Layers of few names, so that they meet often.
  private static Directory randomLayer(Random random, int depth) {
    Directory directory =
        random.nextInt(4) == 0 ? opaque() : new Directory(Attributes.of(0755, depth, 0, 9));
    for (int name = 0; name < 5; name++) {
      FileNode node =
          switch (random.nextInt(5)) {
            case 0 -> file("text" + random.nextInt(100));
            case 1 -> whiteout();
            case 2, 3 -> depth < 4 ? randomLayer(random, depth + 1) : file("deep");
            default -> null;
          };
      if (node != null) {
        put(directory, "n" + name, node);
      }
    }
    return directory;
  }

  /// One layer laid over what is there, as it is described.
  private static void lay(Directory upper, Directory merged) {
    boolean opaque = upper.attributes().xattrs().containsKey("trusted.overlay.opaque");
    if (opaque) {
      merged.children().clear();
    }
    Attributes a = upper.attributes();
    merged.setAttributes(Attributes.of(a.permissions(), a.uid(), a.gid(), a.mtimeSeconds()));
    for (Map.Entry<FileName, FileNode> entry : upper.children().entrySet()) {
      switch (entry.getValue()) {
        case Directory above -> {
          Directory below =
              merged.children().get(entry.getKey()) instanceof Directory there
                  ? there
                  : directory();
          merged.children().put(entry.getKey(), below);
          lay(above, below);
        }
        case Device _ -> merged.children().remove(entry.getKey());
        case FileNode file -> merged.children().put(entry.getKey(), file);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void layersShowWhatLayingThemShows(long seed) throws IOException {
    Random random = new Random(seed);
    Directory[] layers = new Directory[1 + random.nextInt(5)];
    Directory expected = directory();
    for (int i = 0; i < layers.length; i++) {
      layers[i] = randomLayer(random, 0);
      lay(layers[i], expected);
    }
    FileTree wanted = new FileTree(expected);
    try (LayerStack stack = stack(layers)) {
      String found = TreeText.of(stack.tree());
      assertThat(TreeText.difference(found, TreeText.of(wanted))).isEmpty();
      requirePaths(stack, expected, "");
      WalkedLines walked = new WalkedLines();
      stack.walk(walked);
      assertThat(walked.text().lines().count()).isEqualTo(found.lines().count() - 1);
      long visible = stack.counts().stream().mapToLong(Count::visibleFiles).sum();
      assertThat(visible).isEqualTo(found.lines().filter(l -> l.contains(" file ")).count());
      assertThat(stack.counts().stream().mapToLong(Count::visibleBytes).sum())
          .isEqualTo(walked.bytes());
    }
  }

  private static void requirePaths(LayerStack stack, Directory directory, String path)
      throws IOException {
    assertThat(names(stack, path))
        .isEqualTo(
            String.join(
                " ", directory.children().keySet().stream().map(FileName::toString).toList()));
    for (int name = 0; name < 5; name++) {
      String child = path + "/n" + name;
      FileNode wanted = directory.children().get(FileName.of("n" + name));
      assertThat(stack.find(child, Links.KEPT).map(FileNode::getClass).map(Class::getSimpleName))
          .as(child)
          .hasToString(
              wanted == null
                  ? "Optional.empty"
                  : "Optional[%s]".formatted(wanted.getClass().getSimpleName()));
      if (wanted instanceof Directory below) {
        requirePaths(stack, below, child);
      }
    }
  }
}
