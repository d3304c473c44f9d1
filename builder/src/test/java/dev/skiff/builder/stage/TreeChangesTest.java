package dev.skiff.builder.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.root.EntryWriter;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.builder.root.TreeFiles;
import dev.skiff.image.oci.layer.LayerTar;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarReader;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TreeChangesTest {

  private final FileTree tree = new FileTree(new Directory(Attributes.of(0755, 0, 0, 5)));
  private final TreeFiles files = new TreeFiles(tree);
  private final RootPaths paths = files.paths();

  private void write(String path, String text) throws IOException {
    new EntryWriter(paths).write(List.of(ImageEntry.text(path, text)));
  }

  private List<String> since(TreeChanges changes) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    LayerTar.write(changes.to(files.tree(9)), tar);
    TarReader reader = new TarReader("test", new ByteArrayInputStream(tar.toByteArray()));
    List<String> names = new ArrayList<>();
    for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      names.add(entry.get().path().toString());
    }
    return names;
  }

  @Test
  void onlyWhatIsNewDifferentOrGoneIsTold() throws IOException {
    write("/meta/kept", "1");
    write("/meta/changed", "1");
    write("/meta/gone", "1");
    write("/other/kept", "1");
    FileTree _ = files.tree(7);
    TreeChanges changes = TreeChanges.from(tree);
    write("/meta/changed", "2");
    write("/meta/new/deep", "1");
    paths.files().delete(Path.of("/meta/gone"));
    assertThat(since(changes))
        .containsExactly(".", "meta", "meta/.wh.gone", "meta/changed", "meta/new", "meta/new/deep");
  }

  @Test
  void nothingIsToldOfATreeThatStaysAsItIs() throws IOException {
    write("/meta/kept", "1");
    FileTree _ = files.tree(7);
    assertThat(since(TreeChanges.from(tree))).containsExactly(".");
  }
}
