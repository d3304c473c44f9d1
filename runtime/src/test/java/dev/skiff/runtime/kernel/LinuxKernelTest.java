package dev.skiff.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxKernelTest {

  private static final int WRITE_ONLY = 1;
  private static final int PATIENCE_MILLIS = 1 << 30; // a test that waits for it never ends

  @TempDir Path folder;

  @Test
  void aReaderThatIsGoneIsNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process reader =
        new ProcessBuilder("sh", "-c", "exec sleep 600 <pipe").directory(folder.toFile()).start();
    Kernel kernel = new LinuxKernel(LinuxKernel.Calls.REAL);
    int fd = kernel.open(pipe.toString(), WRITE_ONLY);
    assertThat(kernel.write(fd, ":\n".getBytes(StandardCharsets.US_ASCII))).isEqualTo(2);
    assertThat(kernel.lacksReader(fd)).isFalse();
    int _ = reader.destroyForcibly().waitFor();
    assertThat(kernel.lacksReader(fd)).isTrue();
    assertThat(kernel.awaitReader(fd, PATIENCE_MILLIS)).isFalse();
    int _ = kernel.close(fd);
  }
}
