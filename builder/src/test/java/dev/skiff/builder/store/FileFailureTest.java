package dev.skiff.builder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileFailureTest {

  @Test
  void everyReasonIsSaid() {
    assertThat(FileFailure.reason(new AccessDeniedException("/a")))
        .isEqualTo("/a: permission denied");
    assertThat(FileFailure.reason(new NoSuchFileException("/a")))
        .isEqualTo("/a: no such file or directory");
    assertThat(FileFailure.reason(new FileAlreadyExistsException("/a")))
        .isEqualTo("/a: something else is there");
    assertThat(FileFailure.reason(new FileSystemException("/a", null, "Read-only file system")))
        .isEqualTo("/a: Read-only file system");
    assertThat(FileFailure.reason(new FileSystemException("/a"))).isEqualTo("/a");
    assertThat(FileFailure.reason(new IOException("why"))).isEqualTo("why");
    assertThat(FileFailure.reason(new IOException())).isEqualTo("IOException");
  }
}
