package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarBytes;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerExtractionTest {

  @TempDir Path directory;
  private Path root = Path.of("");
  private Path staging = Path.of("");

  @BeforeEach
  void makeDirectories() throws IOException {
    root = directory.resolve("root");
    staging = Files.createDirectory(directory.resolve("staging"));
  }

  private void extract(TarBytes... oldestFirst) throws IOException {
    List<MemoryLayer> layers = List.of(oldestFirst).stream().map(MemoryLayer::of).toList();
    var _ = LayerExtraction.extract(layers, root, staging, Ownership.CALLER);
  }

  @Test
  void linksOfAnImageDoNotLeadOutOfTheDirectory() throws IOException {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    extract(
        new TarBytes().symlink("escape", outside.toString()).symlink("up", "../outside"),
        new TarBytes().file("escape/a", "1").file("up/b", "2").file("../../outside/c", "3"));
    assertThat(outside).isEmptyDirectory();
    assertThat(root.resolve("escape/a")).hasContent("1");
    assertThat(root.resolve("up")).isDirectory();
    assertThat(root.resolve("outside/c")).hasContent("3");
    assertThat(staging).isEmptyDirectory();
  }

  @Test
  void unreadableDirectoriesKeepWhatIsInThem() throws IOException {
    extract(
        new TarBytes()
            .mode(0)
            .directory("closed")
            .file("closed/none", "kept")
            .mode(0444)
            .directory("readable")
            .file("readable/a", "1"),
        new TarBytes().mode(0600).file("closed/second", "2"));
    Path closed = root.resolve("closed");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(closed)))
        .isEqualTo("---------");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    Path none = closed.resolve("none");
    Files.setPosixFilePermissions(none, PosixFilePermissions.fromString("r--------"));
    assertThat(none).hasContent("kept");
    assertThat(closed.resolve("second")).hasContent("2");
  }

  @Test
  void hardLinksStayOneFileAndHolesStayHoles() throws IOException {
    extract(
        new TarBytes()
            .file("a", "1")
            .hardLink("b", "a")
            .pax("GNU.sparse.realsize", "50000000", "GNU.sparse.map", "49999999,1")
            .file("sparse", "x"));
    assertThat(Files.getAttribute(root.resolve("b"), "unix:nlink")).isEqualTo(2);
    assertThat(Files.size(root.resolve("sparse"))).isEqualTo(50_000_000);
    assertThat(Files.isSameFile(root.resolve("a"), root.resolve("b"))).isTrue();
  }

  @Test
  void namesThatAreNoUtf8Arrive() throws IOException {
    TarBytes tar = new TarBytes();
    byte[] header = tar.header('0', "xx", "", 1);
    header[0] = (byte) 0xE9;
    extract(tar.raw(TarBytes.sum(header), TarBytes.bytes("1")));
    try (var files = Files.list(root)) {
      assertThat(files.map(file -> file.toUri().getRawPath()).toList())
          .singleElement()
          .asString()
          .endsWith("/%E9x");
    }
  }

  @Test
  void aCorruptLayerLeavesNothingStaged() {
    TarBytes broken = new TarBytes().file("a", "1").entry('M', "b", "", new byte[0]);
    assertThatThrownBy(() -> extract(broken)).isInstanceOf(MalformedImageException.class);
    assertThat(staging).isEmptyDirectory();
    assertThat(Files.exists(root, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }
}
