package dev.skiff.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.root.RootPaths;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileCopyTest {

  @TempDir private Path directory = Path.of("/");

  private Path host = directory;
  private Path root = directory;
  private Path work = directory;

  @BeforeEach
  void makeHostAndRoot() throws IOException {
    host = Files.createDirectory(directory.resolve("host"));
    root = Files.createDirectory(directory.resolve("root"));
    work = Files.createDirectory(directory.resolve("work"));
    write("f/d/inner", "inner");
    write("f/d/.hidden", "hidden");
    write("f/g1.txt", "one");
    write("f/g2.txt", "two");
    write("f/sp ace", "space");
    Files.createDirectory(root.resolve("mnt"));
  }

  private void write(String path, String text) throws IOException {
    Path file = host.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void copy(String source, String to) throws IOException {
    FileCopy.fromHost(host, Optional.of(work), new RootPaths(root), time -> {})
        .copy(source, to.isEmpty() ? Optional.empty() : Optional.of(to));
  }

  private String text(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }

  @Test
  void aDirectoryBecomesWhatIsNotThere() throws IOException {
    copy("f/d", "/opt/newd");
    assertThat(text("opt/newd/inner")).isEqualTo("inner");
    assertThat(text("opt/newd/.hidden")).isEqualTo("hidden");
  }

  @Test
  void aDirectoryGoesInsideOneThatIsThere() throws IOException {
    copy("f/d", "/mnt");
    copy("f/d", "/mnt");
    assertThat(text("mnt/d/inner")).isEqualTo("inner");
    assertThat(root.resolve("mnt/d/d")).doesNotExist();
  }

  @Test
  void aSlashAtTheEndMakesADirectory() throws IOException {
    copy("f/g1.txt", "/opt/made/");
    assertThat(text("opt/made/g1.txt")).isEqualTo("one");
  }

  @Test
  void withoutADestinationThePathStaysTheSame() throws IOException {
    copy("f/g1.txt", "");
    copy("f/*2.txt", "");
    copy(host.resolve("f/sp ace").toString(), "");
    assertThat(text("f/g1.txt")).isEqualTo("one");
    assertThat(text("f/g2.txt")).isEqualTo("two");
    assertThat(root.resolve(host.resolve("f/sp ace").toString().substring(1))).exists();
  }

  @Test
  void aRelativeDestinationStartsAtTheRoot() throws IOException {
    copy("f/g1.txt", "opt/a/b");
    assertThat(text("opt/a/b")).isEqualTo("one");
  }

  @Test
  void aPatternCopiesEverythingThatFits() throws IOException {
    copy("f/g{1,2}.txt", "/mnt");
    copy("**/inner", "/mnt");
    try (Stream<Path> files = Files.list(root.resolve("mnt"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("g1.txt", "g2.txt", "inner");
    }
  }

  @Test
  void ofSeveralFilesOntoOneTheLastStays() throws IOException {
    copy("f/g*.txt", "/opt/g");
    assertThat(text("opt/g")).isEqualTo("two");
  }

  @Test
  void aDotStandsForTheContents() throws IOException {
    copy("f/d/.", "/mnt");
    assertThat(text("mnt/inner")).isEqualTo("inner");
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> copy("f/nope*", "/mnt"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("f/nope*: no such file or directory");
  }

  @Test
  void hostLinksAreFollowedAndOnesThatLeadNowhereFail() throws IOException {
    Files.createSymbolicLink(host.resolve("f/d/link"), Path.of("inner"));
    copy("f/d", "/opt/d");
    assertThat(Files.isSymbolicLink(root.resolve("opt/d/link"))).isFalse();
    assertThat(text("opt/d/link")).isEqualTo("inner");
    Files.createSymbolicLink(host.resolve("f/d/dangling"), Path.of("nowhere"));
    assertThatThrownBy(() -> copy("f/d", "/opt/d2"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("link to 'nowhere'");
  }

  @Test
  void aLinkToADirectoryAboveIsNoticed() throws IOException {
    Files.createSymbolicLink(host.resolve("f/d/up"), Path.of(".."));
    assertThatThrownBy(() -> copy("f", "/opt/f")).isInstanceOf(FileSystemLoopException.class);
  }

  @Test
  void linksOfTheImageLeadNowhereOutside() throws IOException {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.createSymbolicLink(root.resolve("abs"), outside);
    Files.createSymbolicLink(root.resolve("rel"), Path.of("../outside"));
    Files.createSymbolicLink(root.resolve("mnt/inner"), outside.resolve("file"));
    copy("f/g1.txt", "/abs/");
    copy("f/g2.txt", "/rel/x");
    copy("f/d/inner", "/mnt/");
    copy("f/g1.txt", "/../../outside/y");
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).isEmpty();
    }
    assertThat(root.resolve("outside/y")).exists();
  }

  @Test
  void modesAreKeptWithoutSetIdBits() throws IOException {
    Files.setAttribute(host.resolve("f/g1.txt"), "unix:mode", 04757);
    copy("f/g1.txt", "/opt/g");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("opt/g"))))
        .isEqualTo("rwxr-xr-x");
    assertThat((int) Files.getAttribute(root.resolve("opt/g"), "unix:mode") & 07000).isZero();
  }

  @Test
  void aFileDoesNotReplaceADirectoryNorTheOtherWayRound() throws IOException {
    Files.createDirectories(root.resolve("mnt/g1.txt"));
    assertThatThrownBy(() -> copy("f/g1.txt", "/mnt"))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.writeString(root.resolve("file"), "");
    assertThatThrownBy(() -> copy("f/d", "/file")).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void theBuildsOwnDirectoryIsLeftOut() throws IOException {
    Path inner = Files.createDirectories(host.resolve("work/rootfs"));
    FileCopy.fromHost(host, Optional.of(host.resolve("work")), new RootPaths(inner), time -> {})
        .copy(".", Optional.of("/all"));
    assertThat(inner.resolve("all/f/g1.txt")).exists();
    assertThat(inner.resolve("all/work")).doesNotExist();
  }

  @Test
  void fromAStageANamedLinkIsFollowedAndDeeperOnesStay() throws IOException {
    Path stage = Files.createDirectory(directory.resolve("stage"));
    Files.createDirectories(stage.resolve("made/in"));
    Files.writeString(stage.resolve("made/in/f"), "deep");
    Files.createSymbolicLink(stage.resolve("made/in/link"), Path.of("f"));
    Files.createSymbolicLink(stage.resolve("named"), Path.of("/made/in/f"));
    Files.createSymbolicLink(stage.resolve("out"), Path.of("../../../etc/passwd"));
    FileCopy stageCopy = FileCopy.fromStage(new RootPaths(stage), new RootPaths(root));
    stageCopy.copy("/made", Optional.of("/opt/newdir"));
    stageCopy.copy("/nam?d", Optional.empty());
    assertThat(Files.readSymbolicLink(root.resolve("opt/newdir/in/link"))).isEqualTo(Path.of("f"));
    assertThat(Files.isRegularFile(root.resolve("named"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThatThrownBy(() -> stageCopy.copy("/out", Optional.of("/x")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aSlashAtTheEndOfAStagesDirectoryMeansItsContents() throws IOException {
    Path stage = Files.createDirectory(directory.resolve("stage"));
    Files.createDirectories(stage.resolve("made/in"));
    Files.writeString(stage.resolve("made/in/f"), "deep");
    FileCopy stageCopy = FileCopy.fromStage(new RootPaths(stage), new RootPaths(root));
    stageCopy.copy("/made/", Optional.of("/mnt"));
    stageCopy.copy("/made/", Optional.of("/opt/new/"));
    stageCopy.copy("/made", Optional.of("/opt/new/"));
    assertThat(text("mnt/in/f")).isEqualTo("deep");
    assertThat(text("opt/new/in/f")).isEqualTo("deep");
    assertThat(text("opt/new/made/in/f")).isEqualTo("deep");
  }

  @Test
  void aSlashAtTheEndOfAHostsDirectoryMeansNothing() throws IOException {
    copy("f/d/", "/mnt");
    assertThat(text("mnt/d/inner")).isEqualTo("inner");
  }
}
