package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written is read back by another reader, and by our own.
class LayerTarTest {

  private static final Attributes PLAIN = Attributes.of(0644, 1, 2, 1_000_000);
  private static final Attributes FOLDER = Attributes.of(0755, 0, 0, 1_000_000);

  private static RegularFile file(String text) {
    return new RegularFile(PLAIN, FileContent.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Directory directory(Map<String, FileNode> children) {
    Directory directory = new Directory(FOLDER);
    children.forEach((name, node) -> directory.children().put(FileName.of(name), node));
    return directory;
  }

  private static byte[] tar(FileTree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerTar.write(tree, out);
    return out.toByteArray();
  }

  private static List<TarArchiveEntry> entries(byte[] tar) throws IOException {
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  @Test
  void everyKindOfFileIsWrittenInTheOrderOfNames() throws IOException {
    RegularFile twice = file("twice");
    Map<String, FileNode> children = new TreeMap<>();
    children.put("b", twice);
    children.put("a", twice);
    children.put("link", new Symlink(PLAIN, "a".getBytes(StandardCharsets.UTF_8)));
    children.put("pipe", new Fifo(PLAIN));
    children.put("null", new Device(PLAIN, Device.Kind.CHARACTER, 1, 3));
    children.put("socket", new Socket(PLAIN));
    children.put("d", directory(Map.of("f", file("deep"), "s", new Socket(PLAIN))));
    FileTree tree = new FileTree(directory(children));
    byte[] tar = tar(tree);
    assertThat(LayerTar.unsayable(tree)).containsExactlyInAnyOrder("/d/s", "/socket");
    assertThat(entries(tar).stream().map(TarArchiveEntry::getName))
        .containsExactly("./", "a", "b", "d/", "d/f", "link", "null", "pipe");
    TarArchiveEntry second = entries(tar).get(2);
    assertThat(second.isLink()).isTrue();
    assertThat(second.getLinkName()).isEqualTo("a");
    assertThat(second.getLongUserId()).isEqualTo(1);
    assertThat(entries(tar).get(6).getDevMinor()).isEqualTo(3);
    assertThat(tar.length % 10_240).isZero();
  }

  @Test
  void whatDoesNotFitIntoAHeaderStandsInRecords() throws IOException {
    String name = "n".repeat(255);
    Attributes large =
        new Attributes(
            04755,
            4_000_000_000L,
            3_000_000,
            5,
            new TreeMap<>(Map.of("user.bytes", new byte[] {0, -1, '\n'})));
    FileTree tree =
        new FileTree(
            directory(Map.of(name, new RegularFile(large, FileContent.of(new byte[] {1})))));
    TarArchiveEntry entry = entries(tar(tree)).get(1);
    assertThat(entry.getName()).isEqualTo(name);
    assertThat(entry.getLongUserId()).isEqualTo(4_000_000_000L);
    assertThat(entry.getLongGroupId()).isEqualTo(3_000_000);
    assertThat(entry.getMode() & 07777).isEqualTo(04755);
    FileTree read = LayerMerge.merge(List.of(layer(tree)), new MemorySink(), MergeLimits.STANDARD);
    Attributes back = read.find("/" + name).orElseThrow().attributes();
    assertThat(back.xattrs().get("user.bytes")).containsExactly(0, -1, '\n');
    assertThat(back.uid()).isEqualTo(4_000_000_000L);
  }

  private static TarLayer layer(FileTree tree) throws IOException {
    return new MemoryLayer(tar(tree));
  }

  @Test
  void equalTreesGiveEqualBytes() throws IOException {
    FileTree one = new FileTree(directory(Map.of("a", file("x"), "b", file("y"))));
    FileTree other = new FileTree(directory(new TreeMap<>(Map.of("b", file("y"), "a", file("x")))));
    assertThat(tar(one)).isEqualTo(tar(other));
    assertThat(LayerBlob.diffIdOf(one)).isEqualTo(LayerBlob.diffIdOf(other));
  }

  @Test
  void aWhiteoutOfEverythingComesBeforeWhatTheDirectoryHas() throws IOException {
    Directory opaque = directory(Map.of("!first", file("new")));
    opaque.children().put(Whiteouts.OPAQUE, Whiteouts.node());
    opaque.children().put(Whiteouts.of(FileName.of("x".repeat(255))), Whiteouts.node());
    FileTree tree = new FileTree(directory(Map.of("d", opaque)));
    assertThat(entries(tar(tree)).stream().map(TarArchiveEntry::getName))
        .containsExactly("./", "d/", "d/.wh..wh..opq", "d/!first", "d/.wh." + "x".repeat(255));
  }

  @Test
  void aLayerIsAppliedToATreeAsItIsMergedOntoOne() throws IOException {
    Directory lower =
        directory(
            Map.of(
                "gone", file("1"),
                "kept", file("2"),
                "opaque", directory(Map.of("old", file("3"))),
                "changed", file("4"),
                "folder", directory(Map.of("in", file("5")))));
    RegularFile linked = file("6");
    Directory opaque = directory(Map.of("new", linked));
    opaque.children().put(Whiteouts.OPAQUE, Whiteouts.node());
    Directory upper = directory(Map.of("changed", file("7"), "opaque", opaque, "link", linked));
    upper.children().put(Whiteouts.of(FileName.of("gone")), Whiteouts.node());
    upper.children().put(FileName.of("folder"), file("a file now"));
    TarLayer above = layer(new FileTree(upper));
    FileTree merged =
        LayerMerge.merge(
            List.of(layer(new FileTree(lower)), above), new MemorySink(), MergeLimits.STANDARD);
    FileTree applied = new FileTree(lower);
    LayerApplication.apply(applied, above, new MemorySink());
    assertThat(MemorySink.lines(applied)).isEqualTo(MemorySink.lines(merged));
  }

  @Test
  void aLayerThatDoesNotFitItsTreeIsRefused() throws IOException {
    TarLayer deep = layer(new FileTree(directory(Map.of("d", directory(Map.of("f", file("x")))))));
    TarLayer within =
        new MemoryLayer(new dev.skiff.image.tar.TarBytes().file("a/b", "no directory").finished());
    FileTree tree = new FileTree(directory(Map.of("a", file("a file"))));
    LayerApplication.apply(tree, deep, new MemorySink());
    assertThatThrownBy(() -> LayerApplication.apply(tree, within, new MemorySink()))
        .hasMessageContaining("needed as a directory");
  }

  @Test
  void aBlobHasTheDigestsThatItsBytesHave(@TempDir Path directory) throws IOException {
    FileTree tree = new FileTree(directory(Map.of("a", file("x".repeat(10_000)))));
    for (LayerBlob.Packing packing : LayerBlob.Packing.values()) {
      Path file = directory.resolve(packing.name());
      LayerBlob blob = LayerBlob.write(tree, file, packing);
      assertThat(blob.diffId()).isEqualTo(LayerBlob.diffIdOf(tree));
      byte[] stored = Files.readAllBytes(file);
      assertThat(dev.skiff.image.oci.Digest.sha256(stored)).isEqualTo(blob.stored().digest());
      assertThat(blob.stored().sizeBytes()).isEqualTo(stored.length);
      try (InputStream plain = Decompression.open("test", new ByteArrayInputStream(stored))) {
        assertThat(plain.readAllBytes()).isEqualTo(tar(tree));
      }
    }
  }

  @Test
  void aFileThatGrowsWhileItIsReadIsNoLayer() {
    FileContent growing =
        new FileContent() {
          @Override
          public long sizeBytes() {
            return 1;
          }

          @Override
          public InputStream open() {
            return new ByteArrayInputStream(new byte[5]);
          }
        };
    FileTree tree = new FileTree(directory(Map.of("a", new RegularFile(PLAIN, growing))));
    assertThatThrownBy(() -> tar(tree)).hasMessageContaining("changed its size");
  }
}
