package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.DirectoryTree.Owners;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpperDirectoryTest {

  @TempDir Path upper;

  private UpperDirectory.Read read() throws IOException {
    return UpperDirectory.read(
        upper, DirectoryTree.Options.ofUpper(Owners.ROOT, time -> time.toMillis() / 1000));
  }

  private static void mark(Path directory, String name, String value) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class);
    try {
      view.write(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      assumeTrue(false, "this file system has no user attributes: " + e.getMessage());
    }
  }

  @Test
  void anOpaqueDirectoryHidesEverythingBelow() throws IOException {
    Path opaque = Files.createDirectory(upper.resolve("opaque"));
    mark(opaque, "overlay.opaque", "y");
    mark(opaque, "overlay.origin", "noise");
    mark(opaque, "kept", "1");
    Path impure = Files.createDirectory(upper.resolve("impure"));
    mark(impure, "overlay.impure", "y");
    UpperDirectory.Read read = read();
    assertThat(MemorySink.lines(read.tree()).keySet())
        .containsExactly("", "/impure", "/opaque", "/opaque/.wh..wh..opq");
    assertThat(read.tree().find("/opaque").orElseThrow().attributes().xattrs())
        .containsOnlyKeys("user.kept");
  }

  @Test
  void aDeviceThatIsNoneIsAWhiteout() throws IOException, InterruptedException {
    Process made =
        new ProcessBuilder("mknod", upper.resolve("gone").toString(), "c", "0", "0")
            .redirectErrorStream(true)
            .start();
    assumeTrue(made.waitFor() == 0, "only root makes device nodes");
    assertThat(MemorySink.lines(read().tree()).keySet()).containsExactly("", "/.wh.gone");
  }

  @Test
  void aFileThatWouldBeAWhiteoutIsLeftOutAndTold() throws IOException {
    Files.writeString(Files.createDirectory(upper.resolve("d")).resolve(".wh.x"), "");
    UpperDirectory.Read read = read();
    assertThat(read.unsayable()).containsExactly("/d/.wh.x");
    assertThat(MemorySink.lines(read.tree()).keySet()).containsExactly("", "/d");
  }
}
