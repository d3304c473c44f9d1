package dev.skiff.builder.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.inspect.SpaceUse.LargeFile;
import dev.skiff.image.tree.FileName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceCountTest {

  @TempDir private Path directory = Path.of("");

  private void write(String file, int bytes) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Path _ = Files.write(path, new byte[bytes]);
  }

  @Test
  void directoriesAreAddedUpTheLargestFirst() throws IOException {
    write("small/f", 10);
    write("large/a/b/c/f", 1000);
    write("large/a/g", 100);
    write("top", 1);
    Path _ = Files.createLink(directory.resolve("small/link"), directory.resolve("top"));
    SpaceCount count = SpaceCount.of(directory, 2);
    SpaceUse root = count.root();
    assertThat(root.bytes()).isEqualTo(1111);
    assertThat(root.files()).isEqualTo(4);
    assertThat(root.storedBytes()).isEqualTo(-1);
    assertThat(root.directories()).extracting(SpaceUse::name).containsExactly("large", "small");
    SpaceUse a = root.directories().getFirst().directories().getFirst();
    assertThat(a.bytes()).isEqualTo(1100);
    assertThat(a.files()).isEqualTo(2);
    assertThat(a.directories()).isEmpty();
    assertThat(count.largest())
        .extracting(LargeFile::path)
        .containsExactly("/large/a/b/c/f", "/large/a/g", "/small/f", "/top");
  }

  @Test
  void onlyTenFilesAreKept() throws IOException {
    SpaceCount count = new SpaceCount(0);
    for (int i = 0; i < 1000; i++) {
      count.file(FileName.of("f" + i), (i * 37L) % 1000, 1);
    }
    assertThat(count.largest()).extracting(LargeFile::bytes).startsWith(999L, 998L).hasSize(10);
    assertThat(count.root().storedBytes()).isEqualTo(1000);
    assertThat(count.root().directories()).isEmpty();
  }

  @Test
  void thePathOfAFileInAHostileDepthStaysShort() {
    SpaceCount count = new SpaceCount(2);
    for (int i = 0; i < 100_000; i++) {
      count.enter(FileName.of("d"));
    }
    count.file(FileName.of("f"), 1, 1);
    for (int i = 0; i < 100_000; i++) {
      count.leave();
    }
    assertThat(count.largest().getFirst().path()).hasSizeLessThan(200).endsWith("/.../f");
    assertThat(count.root().bytes()).isEqualTo(1);
  }
}
