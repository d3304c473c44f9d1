package dev.skiff.image.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.LayoutWriter;
import dev.skiff.image.tar.TarBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the library's page shows does what it says.
class ImageToolTest {

  @TempDir Path folder;

  private static String run(Object... words) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      new ImageTool(out).run(List.of(words).stream().map(Object::toString).toArray(String[]::new));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLayoutBecomesASifThatCanBeListedAndRead() throws IOException {
    byte[] lower = new TarBytes().directory("etc").file("etc/motd", "old").finished();
    byte[] upper = new TarBytes().file("etc/motd", "welcome\n").finished();
    Path layout =
        new LayoutWriter()
            .image("v1", Platform.host().architecture(), List.of(lower, upper))
            .writeDirectory(folder.resolve("layout"));
    Path sif = folder.resolve("image.sif");
    assertThat(run("convert", layout + ":v1", sif)).startsWith("a root of ");
    assertThat(run("list", sif)).matches("1 PARTITION '' [0-9]+ bytes\n");
    assertThat(run("cat", sif, "/etc/motd")).isEqualTo("welcome\n");
  }

  @Test
  void aDirectoryBecomesASquashfsImage() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree/etc"));
    Files.writeString(tree.resolve("motd"), "packed");
    Path image = folder.resolve("image.sqfs");
    assertThat(run("pack", folder.resolve("tree"), image)).matches("[0-9]+ bytes from .*tree\n");
    assertThat(run("cat", image, "etc/motd")).isEqualTo("packed");
  }
}
