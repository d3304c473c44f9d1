package dev.skiff.image.squashfs.read.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.squashfs.Images;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.SquashfsReader.Links;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathLookupTest {

  private static final Attributes PLAIN = Attributes.of(0755, 0, 0, 0);

  @TempDir Path folder;
  private final Directory root = new Directory(PLAIN);
  private final Directory opt = new Directory(PLAIN);

  @BeforeEach
  void grow() {
    root.children().put(FileName.of("opt"), opt);
    opt.children().put(FileName.of("f"), file("content"));
    opt.children().put(FileName.of("é"), file("accent"));
  }

  private static RegularFile file(String text) {
    return new RegularFile(PLAIN, RandomTree.content(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void link(Directory where, String name, String target) {
    where
        .children()
        .put(FileName.of(name), new Symlink(PLAIN, target.getBytes(StandardCharsets.UTF_8)));
  }

  private SquashfsReader open() throws IOException {
    Path file = folder.resolve("image");
    var _ = Images.write(file, new FileTree(root), SquashfsOptions.defaults().withThreads(1));
    return SquashfsReader.open(file);
  }

  private static String text(Optional<FileNode> node) throws IOException {
    if (!(node.orElse(null) instanceof RegularFile file)) {
      return node.isEmpty() ? "nothing" : node.get().getClass().getSimpleName();
    }
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void pathsAreFoundHoweverTheyAreWritten() throws IOException {
    try (SquashfsReader image = open()) {
      for (String path : List.of("/opt/f", "opt/f", "//opt/./f", "/opt/../opt/f", "/../opt/f")) {
        assertThat(text(image.find(path, Links.KEPT))).as(path).isEqualTo("content");
      }
      assertThat(text(image.find("/opt/é", Links.KEPT))).isEqualTo("accent");
      assertThat(text(image.find("", Links.KEPT))).isEqualTo("Directory");
      for (String path : List.of("/opt/g", "/opt/f/x", "/no/f", "/op", "/optt")) {
        assertThat(image.find(path, Links.FOLLOWED)).as(path).isEmpty();
      }
    }
  }

  @Test
  void linksLeadNowhereButIntoTheImage() throws IOException {
    link(root, "absolute", "/opt/f");
    link(root, "far", "../../../opt/f");
    link(root, "directory", "opt");
    link(opt, "up", "../directory/f");
    link(root, "passwd", "/etc/passwd");
    try (SquashfsReader image = open()) {
      for (String path : List.of("/absolute", "/far", "/directory/f", "/directory/up")) {
        assertThat(text(image.find(path, Links.FOLLOWED))).as(path).isEqualTo("content");
      }
      assertThat(image.find("/passwd", Links.FOLLOWED)).isEmpty();
      assertThat(text(image.find("/absolute", Links.KEPT))).isEqualTo("Symlink");
      assertThat(image.find("/directory/f", Links.KEPT)).isEmpty();
    }
  }

  @Test
  void linksInACircleLeadToNothing() throws IOException {
    link(root, "a", "b");
    link(root, "b", "a");
    link(root, "self", "self/self/self");
    try (SquashfsReader image = open()) {
      assertThat(image.find("/a", Links.FOLLOWED)).isEmpty();
      assertThat(image.find("/self", Links.FOLLOWED)).isEmpty();
    }
  }

  @Test
  void namesAreThoseOfADirectoryAndOfNothingElse() throws IOException {
    link(root, "l", "opt");
    try (SquashfsReader image = open()) {
      assertThat(image.names("/opt", Links.KEPT))
          .extracting(FileName::toString)
          .containsExactly("f", "é");
      assertThat(image.names("/l", Links.FOLLOWED)).hasSize(2);
      assertThat(image.names("/l", Links.KEPT)).isEmpty();
      assertThat(image.names("/opt/f", Links.FOLLOWED)).isEmpty();
      assertThat(image.names("/none", Links.FOLLOWED)).isEmpty();
    }
  }

  @Test
  void allOfALargeDirectoryIsFound() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      names.add("a-name-that-fills-metadata-blocks-" + i);
      opt.children().put(FileName.of(names.getLast()), file("" + i));
    }
    try (SquashfsReader image = open()) {
      for (int i = 0; i < 3000; i += 97) {
        assertThat(text(image.find("opt/" + names.get(i), Links.KEPT))).isEqualTo("" + i);
      }
      assertThat(image.names("opt", Links.KEPT)).hasSize(3002);
    }
  }
}
