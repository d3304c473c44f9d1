package dev.skiff.builder.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.copy.FileCopy;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same done to a directory and to its tree in memory gives the same.
final class TreeFilesTest {

  private static final DirectoryTree.Options OPTIONS =
      new DirectoryTree.Options(DirectoryTree.Owners.ROOT, Set.of());
  private static final long OLD = 1_000_000;
  private static final long MADE = 7;

  @TempDir private Path folder = Path.of("/");
  private Path root = Path.of("/");
  private Path host = Path.of("/");

  @BeforeEach
  void makeBaseAndHost() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    for (String directory : List.of("bin", "etc", "usr/lib", "real/deep", "run", "group")) {
      Files.createDirectories(root.resolve(directory));
    }
    Files.writeString(root.resolve("etc/kept"), "kept\n");
    Files.writeString(root.resolve("etc/linked"), "linked\n");
    Files.createLink(root.resolve("etc/twin"), root.resolve("etc/linked"));
    Files.createSymbolicLink(root.resolve("lib"), Path.of("usr/lib"));
    Files.createSymbolicLink(root.resolve("abs"), Path.of("/real/deep"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../../real"));
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("real/made/later"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    FileModes.set(root.resolve("run"), 01777);
    setTimes(root);
    host = Files.createDirectory(folder.resolve("host"));
    Files.createDirectories(host.resolve("d/sub"));
    Files.writeString(host.resolve("f"), "of the host\n");
    Files.writeString(host.resolve("d/a"), "a\n");
    Files.writeString(host.resolve("d/sub/b"), "b\n");
    Files.createSymbolicLink(host.resolve("d/link"), Path.of("a"));
    FileModes.set(host.resolve("d/a"), 06755);
    FileModes.set(host.resolve("d/sub"), 0700);
    setTimes(host);
  }

  private static void setTimes(Path top) throws IOException {
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.toList()) {
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setTimes(FileTime.fromMillis(OLD * 1000), null, null);
      }
    }
  }

  /// Something done to a root.
  private interface Change {
    void to(RootPaths paths) throws IOException;
  }

  /// Does it to both, and compares all files; failures have to be the same, too.
  private String requireSame(Change change) throws IOException {
    FileTree tree = DirectoryTree.read(root, OPTIONS);
    TreeFiles files = new TreeFiles(tree);
    Optional<String> inMemory = failure(change, files.paths());
    // The bytes of the base are read from the directory, which is about to change.
    String treeText = text(files.tree(MADE));
    assertThat(failure(change, new RootPaths(root))).isEqualTo(inMemory);
    assertThat(treeText).isEqualTo(text(DirectoryTree.read(root, OPTIONS)));
    return inMemory.orElse("");
  }

  private Optional<String> failure(Change change, RootPaths paths) {
    try {
      change.to(paths);
      return Optional.empty();
    } catch (FileSystemException e) {
      return Optional.of(e.getClass().getSimpleName() + " " + e.getReason());
    } catch (IOException e) {
      return Optional.of(e.getClass().getSimpleName());
    }
  }

  private static String text(FileTree tree) throws IOException {
    StringBuilder text = new StringBuilder();
    add("", tree.root(), text);
    return text.toString();
  }

  private static void add(String path, FileNode node, StringBuilder text) throws IOException {
    Attributes attributes = node.attributes();
    String time = attributes.mtimeSeconds() == OLD ? "old" : "made";
    text.append(
        "%s/ %04o %d:%d %s"
            .formatted(path, attributes.permissions(), attributes.uid(), attributes.gid(), time));
    switch (node) {
      case RegularFile file -> {
        try (InputStream in = file.content().open()) {
          text.append(' ').append(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
        }
      }
      case Symlink link ->
          text.append(" -> ").append(new String(link.target(), StandardCharsets.UTF_8));
      default -> text.append(' ').append(node.getClass().getSimpleName());
    }
    text.append('\n');
    if (node instanceof Directory directory) {
      for (Map.Entry<FileName, FileNode> child : directory.entries()) {
        add(path + "/" + child.getKey(), child.getValue(), text);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f /opt/new",
        "f /etc",
        "f /etc/",
        "f /etc/kept",
        "f /etc/linked",
        "f /lib/",
        "f /lib",
        "f /abs/x",
        "f /up/x",
        "f /dangling",
        "f /dangling/",
        "f /loop",
        "f /etc/kept/below",
        "d /opt",
        "d /etc",
        "d/ /lib",
        "d/. /real/deep",
        "d /etc/kept",
        "d/* /run",
        "{f,d/a} /new/place/",
        "no-such /etc",
        "f"
      })
  void filesOfTheHostComeToTheSamePlaces(String line) throws IOException {
    String[] words = line.split(" ", 2);
    Optional<String> to = words.length == 2 ? Optional.of(words[1]) : Optional.empty();
    String failed =
        requireSame(paths ->
            FileCopy.fromHost(host, Optional.empty(), paths, time -> {}).copy(words[0], to));
    assertThat(failed.isEmpty())
        .as(failed)
        .isNotEqualTo(line.matches("f /loop|f /dangling|f /etc/kept/below|d /etc/kept|no-such.*"));
  }

  @Test
  void metadataIsWrittenTheSame() throws IOException {
    for (WhenPresent present : WhenPresent.values()) {
      requireSameEntries(
          List.of(
              entry("/etc/kept", present),
              entry("/abs/text", present),
              entry("/dangling", present),
              entry("/etc/linked", present),
              ImageEntry.folder("/lib/folder"),
              ImageEntry.folder("/etc"),
              new ImageEntry.Link(new ContainerPath("/abs"), "elsewhere"),
              new ImageEntry.Link(new ContainerPath("/etc/kept"), "elsewhere")));
      setTimes(root);
    }
    requireSameEntries(Skeleton.entries(WhenPresent.KEEP));
  }

  private static ImageEntry entry(String path, WhenPresent present) {
    return new TextFile(new ContainerPath(path), "text\n", StandardCharsets.UTF_8, 0755, present);
  }

  private void requireSameEntries(List<ImageEntry> entries) throws IOException {
    assertThat(requireSame(paths -> new EntryWriter(paths).write(entries))).isEmpty();
  }

  @Test
  void filesAreMovedDeletedAndAddedToTheSame() throws IOException {
    String failed =
        requireSame(paths -> {
          RootFiles files = paths.files();
          files.setPermissions(paths.root(), files.permissions(paths.root()) | 0700);
          files.setPermissions(paths.follow(Path.of("/etc/twin")), 0600);
          files.append(paths.follow(Path.of("/etc/twin")), new byte[] {'x', '\n'}, 0640);
          files.move(paths.locate(Path.of("/etc/kept")), paths.locate(Path.of("/lib/moved")));
          files.delete(paths.locate(Path.of("/dangling")));
          files.delete(paths.locate(Path.of("/not-there")));
          files.delete(paths.locate(Path.of("/bin")));
          assertThat(files.names(paths.root())).contains("etc", "lib").doesNotContain("bin");
          assertThat(files.sizeBytes(paths.follow(Path.of("/lib/moved")))).isEqualTo(5);
        });
    assertThat(failed).isEmpty();
  }

  @Test
  void aFileThatMayNotBeThereIsRefusedInBoth() throws IOException {
    assertThat(requireSame(paths -> paths.files().delete(paths.locate(Path.of("/etc")))))
        .startsWith("DirectoryNotEmptyException");
    assertThat(
            requireSame(
                paths -> paths.files().makeFile(paths.locate(Path.of("/etc")), new byte[1], 0644)))
        .startsWith("FileAlreadyExistsException");
    assertThat(
            requireSame(paths -> paths.files().makeDirectory(paths.root().resolve("no/such"), 0)))
        .startsWith("NoSuchFileException");
  }

  @Test
  void whatASetGidDirectoryGivesItsFilesIsGiven() throws IOException {
    Directory top = new Directory(Attributes.of(0755, 0, 0, OLD));
    top.children().put(FileName.of("group"), new Directory(Attributes.of(02775, 0, 50, OLD)));
    TreeFiles files = new TreeFiles(new FileTree(top));
    files.makeFile(Path.of("/group/f"), new byte[0], 0644);
    FileTree tree = files.tree(MADE);
    assertThat(tree.find("/group/f").orElseThrow().attributes().gid()).isEqualTo(50);
    assertThat(tree.find("/group").orElseThrow().attributes().mtimeSeconds()).isEqualTo(MADE);
  }

  @Test
  void aLinkThatIsNoPathIsAnErrorOfTheFile() {
    Directory top = new Directory(Attributes.of(0755, 0, 0, OLD));
    top.children()
        .put(FileName.of("bad"), new Symlink(Attributes.of(0777, 0, 0, 0), new byte[] {'a', 0}));
    RootPaths paths = new TreeFiles(new FileTree(top)).paths();
    assertThatThrownBy(() -> paths.follow(Path.of("/bad/x")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("no path");
  }
}
