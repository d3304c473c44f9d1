package dev.skiff.builder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstCopyTest {

  @TempDir Path directory;

  private Path part(String text) throws IOException {
    return Files.writeString(directory.resolve(".part"), text);
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  @Test
  void theFirstOfSeveralStaysAndADamagedOneDoesNot() throws IOException {
    Path name = directory.resolve("name");
    assertThat(FirstCopy.settle(part("whole"), name)).hasContent("whole");
    Object first = inode(name);
    FirstCopy.settle(part("whole"), name);
    assertThat(inode(name)).as("somebody has it open").isEqualTo(first);
    Files.writeString(name, "whale");
    FirstCopy.settle(part("whole"), name);
    assertThat(name).hasContent("whole");
    assertThat(directory).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void aPartThatSomebodyElseFinishedIsNoTrouble() throws IOException {
    Path name = Files.writeString(directory.resolve("name"), "whole");
    Path gone = directory.resolve(".gone");
    assertThat(FirstCopy.settle(gone, name)).hasContent("whole");
    Path nowhere = directory.resolve("nowhere");
    assertThatThrownBy(() -> FirstCopy.settle(gone, nowhere))
        .isInstanceOf(NoSuchFileException.class);
    FirstCopy.lookAgain(directory);
    assertThat(FirstCopy.isThere(nowhere)).isFalse();
    assertThat(directory).isDirectoryNotContaining("glob:**/.*");
  }
}
