package dev.skiff.image.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractedFilesTest {

  @TempDir Path folder;

  private static RegularFile file(String text) {
    return new RegularFile(
        Attributes.of(0644, 0, 0, 9), RandomTree.content(text.getBytes(StandardCharsets.UTF_8)));
  }

  /// `f0` to `f99`, and `d/f0` to `d/f99`, each twice.
  private static FileTree tree() {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    Directory below = new Directory(Attributes.of(0755, 0, 0, 0));
    root.children().put(FileName.of("d"), below);
    for (int i = 0; i < 100; i++) {
      RegularFile twice = file("twice" + i);
      root.children().put(FileName.of("f" + i), file("here" + i));
      below.children().put(FileName.of("f" + i), twice);
      below.children().put(FileName.of("g" + i), twice);
    }
    return new FileTree(root);
  }

  private static FileContent content(FileTree tree, String path) {
    return ((RegularFile) tree.find(path).orElseThrow()).content();
  }

  private FileStamp stamp(String path) throws IOException {
    return FileStamp.of(folder.resolve("out").resolve(path));
  }

  @Test
  void whatNobodyChangedIsFound() throws IOException {
    FileTree tree = tree();
    Path out = folder.resolve("out");
    var _ =
        TreeExtractor.extract(
            tree, out, new TreeExtractor.Options(Ownership.CALLER, Long.MAX_VALUE));
    ExtractedFiles files = ExtractedFiles.record(tree, out);
    for (int i = 0; i < 100; i++) {
      for (String path : new String[] {"f" + i, "d/f" + i, "d/g" + i}) {
        assertThat(files.contentOf(stamp(path))).containsSame(content(tree, path));
      }
    }
    Files.writeString(out.resolve("f1"), "herE1");
    Files.setLastModifiedTime(out.resolve("f1"), FileTime.fromMillis(9000));
    Files.writeString(out.resolve("new"), "here4");
    Files.setLastModifiedTime(out.resolve("new"), FileTime.fromMillis(9000));
    for (String path : new String[] {"f1", "new", "d"}) {
      assertThat(files.contentOf(stamp(path))).as(path).isEmpty();
    }
    FileStamp known = stamp("f5");
    FileStamp elsewhere =
        new FileStamp(
            known.device() + 1,
            known.inode(),
            known.sizeBytes(),
            known.modifiedNanos(),
            known.changedNanos());
    assertThat(files.contentOf(elsewhere)).isEmpty();
    assertThat(ExtractedFiles.none().contentOf(known)).isEmpty();
  }
}
