package dev.skiff.builder.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OccupiedTest {

  @TempDir Path working;

  private Path directory(String name, String permissions) throws IOException {
    Path made = Files.createDirectory(working.resolve(name));
    Files.createDirectories(made.resolve("rootfs/etc"));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(permissions));
    return made;
  }

  @Test
  void whatIsInUseStaysAndWhatWasLeftGoes() throws IOException {
    Path used = directory("build-1", "rwx------");
    Path left = directory("build-2", "rwx------");
    Files.createSymbolicLink(left.resolve("rootfs/link"), used);
    Files.createFile(left.resolve("occupied"));
    try (Occupied _ = Occupied.mark(used)) {
      Occupied.removeLeftBehind(working, "build-");
      assertThat(used.resolve("rootfs/etc")).isDirectory();
    }
    assertThat(left).doesNotExist();
    Occupied.removeLeftBehind(working, "build-");
    assertThat(used).doesNotExist();
  }

  @Test
  void whatOthersMayHaveMadeOrIsToStayIsLeftAlone() throws IOException {
    Path kept = directory("build-1", "rwx------");
    Path open = directory("build-2", "rwxrwxrwx");
    Files.createFile(open.resolve("occupied"));
    Path link = directory("build-3", "rwx------");
    Files.createSymbolicLink(link.resolve("occupied"), kept);
    Path other = directory("other", "rwx------");
    Files.createFile(other.resolve("occupied"));
    Occupied.removeLeftBehind(working, "build-");
    assertThat(working).isDirectoryContaining(kept::equals);
    assertThat(working).isDirectoryContaining(open::equals);
    assertThat(working).isDirectoryContaining(link::equals);
    assertThat(working).isDirectoryContaining(other::equals);
  }
}
