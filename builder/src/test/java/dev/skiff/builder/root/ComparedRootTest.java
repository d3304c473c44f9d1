package dev.skiff.builder.root;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.oci.layer.UpperDirectory;
import dev.skiff.image.tree.DirectoryTree.Owners;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparedRootTest {

  @TempDir Path directory;

  private ComparedRoot compared;
  private Path root;

  @BeforeEach
  void aRootWithFiles() throws IOException {
    compared = ComparedRoot.create(new WorkingDirectory(directory, "test"));
    root = compared.root().directory();
    Files.createDirectories(root.resolve("d/deep"));
    Files.createDirectories(root.resolve("same/deep"));
    for (String name : new String[] {"d/a", "d/b", "d/deep/c", "same/deep/x", "w", "became"}) {
      Files.writeString(root.resolve(name), name);
    }
    Files.createSymbolicLink(root.resolve("link"), Path.of("d/a"));
  }

  @AfterEach
  void remove() throws IOException {
    compared.close();
  }

  private static Map<String, String> told(UpperDirectory.Read read) throws IOException {
    Map<String, String> told = new TreeMap<>();
    tell(read.tree().root(), "", told);
    return told;
  }

  private static void tell(Directory directory, String path, Map<String, String> told)
      throws IOException {
    for (Map.Entry<FileName, FileNode> child : directory.entries()) {
      String name = path + child.getKey();
      switch (child.getValue()) {
        case Directory below -> {
          told.put(name + "/", "");
          tell(below, name + "/", told);
        }
        case RegularFile file ->
            told.put(
                name, new String(file.content().open().readAllBytes(), StandardCharsets.UTF_8));
        case FileNode other -> told.put(name, other.getClass().getSimpleName());
      }
    }
  }

  private Map<String, String> end() throws IOException {
    return told(compared.endStep(Owners.ROOT, time -> time.to(TimeUnit.SECONDS)));
  }

  @Test
  void nothingIsToldOfAStepThatChangedNothing() throws IOException {
    compared.beginStep();
    assertThat(end()).isEmpty();
  }

  @Test
  void whatIsNewDifferentAndGoneIsTold() throws IOException {
    compared.beginStep();
    Files.writeString(root.resolve("d/new"), "new");
    Files.delete(root.resolve("d/b"));
    Files.setPosixFilePermissions(root.resolve("w"), PosixFilePermissions.fromString("rwx------"));
    Files.delete(root.resolve("became"));
    Files.createDirectory(root.resolve("became"));
    Files.writeString(root.resolve("became/in"), "in");
    Files.delete(root.resolve("link"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("elsewhere"));
    assertThat(end())
        .containsOnlyKeys("d/", "d/new", "d/.wh.b", "w", "became/", "became/in", "link")
        .containsEntry("w", "w")
        .containsEntry("became/in", "in");
  }

  @Test
  void aFileOfTheSameSizeAndTimeIsNotTakenForTheSame() throws IOException {
    FileTime before = Files.getLastModifiedTime(root.resolve("d/a"));
    compared.beginStep();
    Files.writeString(root.resolve("d/a"), "x/y");
    Files.setLastModifiedTime(root.resolve("d/a"), before);
    assertThat(end()).containsOnlyKeys("d/", "d/a").containsEntry("d/a", "x/y");
  }

  @Test
  void aDirectoryThatWasWrittenToAndCameOutAsItWasIsTold() throws IOException {
    compared.beginStep();
    Files.writeString(root.resolve("same/deep/y"), "y");
    Files.delete(root.resolve("same/deep/y"));
    UpperDirectory.Read read = compared.endStep(Owners.ROOT, time -> 7);
    assertThat(told(read)).containsOnlyKeys("same/", "same/deep/");
    assertThat(read.tree().find("same/deep").orElseThrow().attributes().mtimeSeconds())
        .isEqualTo(7);
  }

  @Test
  void eachStepIsToldForItself() throws IOException {
    compared.beginStep();
    Files.writeString(root.resolve("one"), "1");
    assertThat(end()).containsOnlyKeys("one");
    compared.beginStep();
    Files.writeString(root.resolve("one"), "2");
    Files.createLink(root.resolve("two"), root.resolve("one"));
    UpperDirectory.Read read = compared.endStep(Owners.ROOT, time -> 7);
    assertThat(told(read)).containsOnlyKeys("one", "two").containsEntry("two", "2");
    assertThat(read.tree().find("one")).isEqualTo(read.tree().find("two"));
    assertThat(read.tree().find("two").orElseThrow().attributes().mtimeSeconds()).isEqualTo(7);
    assertThat(told(compared.lastStep(Owners.ROOT, time -> 0))).containsOnlyKeys("one", "two");
  }

  @Test
  void namesThatALayerWouldTakeForWhiteoutsAreLeftOut() throws IOException {
    compared.beginStep();
    Files.writeString(root.resolve("d/.wh.x"), "");
    UpperDirectory.Read read = compared.endStep(Owners.ROOT, time -> 0);
    assertThat(read.unsayable()).containsExactly("/d/.wh.x");
    assertThat(told(read)).doesNotContainKey("d/.wh.x");
  }
}
