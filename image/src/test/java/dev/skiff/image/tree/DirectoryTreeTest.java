package dev.skiff.image.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTreeTest {

  private static final DirectoryTree.Options AS_ROOT =
      new DirectoryTree.Options(DirectoryTree.Owners.ROOT, Set.of());

  @TempDir Path folder;

  private FileTree read() throws IOException {
    return DirectoryTree.read(folder, AS_ROOT);
  }

  @Test
  void modesTimesAndContentsAreTheHosts() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "hello");
    Files.setAttribute(file, "unix:mode", 04751);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1234_567));
    FileNode node = read().find("file").orElseThrow();
    assertThat(node.attributes().permissions()).isEqualTo(04751);
    assertThat(node.attributes().mtimeSeconds()).isEqualTo(1234);
    try (InputStream in = ((RegularFile) node).content().open()) {
      assertThat(in.readAllBytes()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void ownersAreTheHostsOrRoot() throws Exception {
    Files.writeString(folder.resolve("file"), "");
    Object uid = Files.getAttribute(folder, "unix:uid");
    DirectoryTree.Options asOnHost =
        new DirectoryTree.Options(DirectoryTree.Owners.AS_ON_HOST, Set.of());
    FileTree tree = DirectoryTree.read(folder, asOnHost);
    assertThat(tree.find("file").orElseThrow().attributes().uid())
        .isEqualTo(((Integer) uid).longValue());
    assertThat(read().find("file").orElseThrow().attributes().uid()).isZero();
  }

  @Test
  void hardLinksAreOneNode() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "x");
    Files.createDirectory(folder.resolve("d"));
    Files.createLink(folder.resolve("d/b"), file);
    FileTree tree = read();
    assertThat(tree.find("a").orElseThrow()).isSameAs(tree.find("d/b").orElseThrow());
  }

  @Test
  void symbolicLinksAreNotFollowed() throws Exception {
    Files.createSymbolicLink(folder.resolve("out"), Path.of("/etc"));
    Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("no/such/"));
    FileTree tree = read();
    assertThat(((Symlink) tree.find("out").orElseThrow()).target())
        .isEqualTo("/etc".getBytes(StandardCharsets.UTF_8));
    assertThat(tree.find("nowhere").orElseThrow()).isInstanceOf(Symlink.class);
  }

  @Test
  void namesAndTargetsThatAreNoUtf8KeepTheirBytes() throws Exception {
    byte[] root = HostPath.bytes(folder);
    byte[] odd = {'a', (byte) 0xff, ' ', '%', '4', '1', (byte) 0xe9};
    byte[] path = new byte[root.length + 1 + odd.length];
    System.arraycopy(root, 0, path, 0, root.length);
    path[root.length] = '/';
    System.arraycopy(odd, 0, path, root.length + 1, odd.length);
    byte[] target = {(byte) 0xfe, '/', '/'};
    try (HostCalls calls = new HostCalls()) {
      calls.makeDirectory(path, 0755);
      calls.makeSymlink(target, HostPath.bytes(HostPath.of(path).resolve("link")));
    }
    Files.writeString(HostPath.of(path).resolve("f"), "deep");
    FileNode directory = Objects.requireNonNull(read().root().children().get(FileName.of(odd)));
    FileTree inside = new FileTree((Directory) directory);
    assertThat(((Symlink) inside.find("link").orElseThrow()).target()).isEqualTo(target);
    try (InputStream in = ((RegularFile) inside.find("f").orElseThrow()).content().open()) {
      assertThat(in.readAllBytes()).hasSize(4);
    }
  }

  @Test
  void namedDirectoriesComeInEmpty() throws Exception {
    Files.createDirectories(folder.resolve("proc/self"));
    Files.createDirectories(folder.resolve("var/cache/apt"));
    Files.createDirectories(folder.resolve("var/cache/man"));
    FileTree tree =
        DirectoryTree.read(
            folder,
            new DirectoryTree.Options(
                DirectoryTree.Owners.ROOT, Set.of("proc", "var/cache/apt", "none")));
    assertThat(tree.find("proc")).isPresent();
    assertThat(tree.find("proc/self")).isEmpty();
    assertThat(tree.find("var/cache/man")).isPresent();
  }

  @Test
  void userAttributesAndPipesAreSeen() throws Exception {
    Path file = Files.writeString(folder.resolve("f"), "x");
    try (HostCalls calls = new HostCalls()) {
      calls.setXattr(HostPath.bytes(file), "user.colour", new byte[] {1, 0, 2});
      calls.makeNode(HostPath.bytes(folder.resolve("pipe")), 0010644, 0);
    }
    FileTree tree = read();
    assertThat(tree.find("f").orElseThrow().attributes().xattrs())
        .containsEntry("user.colour", new byte[] {1, 0, 2});
    assertThat(tree.find("pipe").orElseThrow()).isInstanceOf(Fifo.class);
  }

  @Test
  void everyContentIsThatOfItsFile() throws Exception {
    for (int i = 0; i < 50; i++) {
      Path directory = Files.createDirectories(folder.resolve("d" + i % 7 + "/e" + i % 3));
      Files.writeString(directory.resolve("f" + i), directory + "f" + i);
      Files.createLink(directory.resolve("0" + i), directory.resolve("f" + i));
      Files.writeString(directory.resolve("ü" + i), directory + "ü" + i);
    }
    FileTree tree = read();
    Files.writeString(folder.resolve("0"), "came later");
    for (int i = 0; i < 50; i++) {
      Path directory = folder.resolve("d" + i % 7 + "/e" + i % 3);
      for (String name : List.of("f" + i, "0" + i, "ü" + i)) {
        String wanted = directory + name.replaceFirst("^0", "f");
        String path = "d" + i % 7 + "/e" + i % 3 + "/" + name;
        try (InputStream in = ((RegularFile) tree.find(path).orElseThrow()).content().open()) {
          assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(wanted);
        }
      }
    }
  }

  @Test
  void aFileIsNoTree() throws Exception {
    Path file = Files.writeString(folder.resolve("f"), "x");
    assertThatThrownBy(() -> DirectoryTree.read(file, AS_ROOT))
        .isInstanceOf(NotDirectoryException.class);
  }
}
