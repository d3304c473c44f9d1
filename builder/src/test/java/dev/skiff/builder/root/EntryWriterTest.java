package dev.skiff.builder.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.Link;
import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EntryWriterTest {

  @TempDir private Path directory = Path.of("/");

  private Path root = directory;
  private Path outside = directory;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    outside = Files.createDirectory(directory.resolve("outside"));
  }

  private void write(ImageEntry... entries) throws IOException {
    new EntryWriter(new RootPaths(root)).write(List.of(entries));
  }

  private static ImageEntry file(String path, String text, WhenPresent present) {
    return new TextFile(new ContainerPath(path), text, StandardCharsets.UTF_8, 0755, present);
  }

  @Test
  void filesAreKeptReplacedOrAddedTo() throws IOException {
    Files.writeString(root.resolve("f"), "old ");
    write(file("/f", "new", WhenPresent.KEEP));
    assertThat(root.resolve("f")).hasContent("old ");
    write(file("/f", "new", WhenPresent.APPEND));
    assertThat(root.resolve("f")).hasContent("old new");
    write(file("/f", "new", WhenPresent.REPLACE));
    assertThat(root.resolve("f")).hasContent("new");
    assertThat(FileModes.of(root.resolve("f"))).isEqualTo(0755);
  }

  @Test
  void replacingOneNameLeavesTheOtherNamesOfAFileAlone() throws IOException {
    Files.writeString(root.resolve("f"), "old");
    Files.createLink(root.resolve("g"), root.resolve("f"));
    write(file("/f", "new", WhenPresent.REPLACE));
    assertThat(root.resolve("g")).hasContent("old");
  }

  @Test
  void linksOfAHostileImageLeadNowhereOutside() throws IOException {
    Files.createSymbolicLink(root.resolve(".singularity.d"), outside);
    Files.createSymbolicLink(root.resolve("etc"), Path.of("../../../../outside"));
    Files.createSymbolicLink(root.resolve("tmp"), Path.of("/var/tmp"));
    write(
        file("/.singularity.d/env/90-environment.sh", "x", WhenPresent.REPLACE),
        ImageEntry.text("/etc/hosts", ""),
        ImageEntry.folder("/tmp"),
        new Link(new ContainerPath("/environment"), ".singularity.d/env/90-environment.sh"));
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).isEmpty();
    }
    assertThat(root.resolve("var/tmp")).isDirectory();
    RootTexts texts = new RootTexts(new RootPaths(root));
    assertThat(texts.read(new ContainerPath("/.singularity.d/env/90-environment.sh")))
        .contains("x");
  }

  @Test
  void aLinkIsReplacedAndAFileKept() throws IOException {
    Files.createSymbolicLink(root.resolve("a"), Path.of("old"));
    Files.writeString(root.resolve("b"), "mine");
    write(new Link(new ContainerPath("/a"), "new"), new Link(new ContainerPath("/b"), "new"));
    assertThat(Files.readSymbolicLink(root.resolve("a"))).isEqualTo(Path.of("new"));
    assertThat(root.resolve("b")).hasContent("mine");
  }

  @Test
  void loopsAndFilesInTheWayAreNoticed() throws IOException {
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    Files.writeString(root.resolve("file"), "");
    assertThatThrownBy(() -> write(ImageEntry.text("/loop/x", "")))
        .isInstanceOf(FileSystemLoopException.class);
    assertThatThrownBy(() -> write(ImageEntry.text("/file/x", "")))
        .isInstanceOf(NotDirectoryException.class);
  }

  @Test
  void aTreeIsRemovedWithoutFollowingItsLinks() throws IOException {
    Files.writeString(outside.resolve("precious"), "x");
    Files.createDirectories(root.resolve("a/b"));
    Files.createSymbolicLink(root.resolve("a/b/link"), outside);
    Files.setAttribute(root.resolve("a/b"), "unix:mode", 0000);
    TreeRemoval.remove(root);
    assertThat(root).doesNotExist();
    assertThat(outside.resolve("precious")).exists();
  }
}
