package dev.skiff.image.sif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SifWriterTest {

  private static final SquashfsOptions PLAIN =
      SquashfsOptions.defaults()
          .withCompression(Compression.NONE)
          .withMkfsTimeSeconds(1_700_000_000);
  private static final Path GOLDEN = Path.of("src/test/resources/sif/small.hex");

  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static FileTree smallTree() {
    Attributes attributes = Attributes.of(0644, 0, 0, 1_600_000_000);
    Directory root = new Directory(Attributes.of(0755, 0, 0, 1_600_000_000));
    Directory etc = new Directory(Attributes.of(0755, 0, 0, 1_600_000_000));
    RegularFile hosts = new RegularFile(attributes, RandomTree.content(bytes("127.0.0.1\n")));
    etc.children().put(FileName.of("hosts"), hosts);
    etc.children().put(FileName.of("hosts.link"), hosts);
    root.children().put(FileName.of("etc"), etc);
    root.children().put(FileName.of("link"), new Symlink(attributes, bytes("etc/hosts")));
    return new FileTree(root);
  }

  private void writeSmall(Path target) throws IOException {
    try (SifWriter sif = SifWriter.create(target, 1_700_000_000)) {
      sif.json("oci-config.json", bytes("{}"));
      sif.json("inspect-metadata.json", bytes("{\"type\":\"container\"}"));
      sif.definition(bytes("bootstrap: scratch\n"));
      sif.writeRoot(smallTree(), Architecture.AMD64, PLAIN);
    }
  }

  @Test
  void everyByteIsAsItWas() throws Exception {
    Path file = folder.resolve("small.sif");
    writeSmall(file);
    String dump = dump(Files.readAllBytes(file));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(GOLDEN, dump);
    }
    assertThat(Boolean.getBoolean("golden.update")).as("a rewritten golden is not green").isFalse();
    assertThat(dump).isEqualTo(Files.readString(GOLDEN));
  }

  /// Sixteen bytes a line behind their offset; lines of zeros are left out.
  private static String dump(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    HexFormat hex = HexFormat.ofDelimiter(" ");
    for (int at = 0; at < bytes.length; at += 16) {
      String line = hex.formatHex(bytes, at, Math.min(at + 16, bytes.length));
      if (!line.matches("[0 ]*")) {
        text.append("%08x  %s\n".formatted(at, line));
      }
    }
    return text.append("%08x\n".formatted(bytes.length)).toString();
  }

  @Test
  void equalContentGivesEqualBytesAndOtherContentAnotherId() throws Exception {
    Path first = folder.resolve("first.sif");
    Path second = folder.resolve("second.sif");
    writeSmall(first);
    writeSmall(second);
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    Path other = folder.resolve("other.sif");
    try (SifWriter sif = SifWriter.create(other, 1_700_000_000)) {
      FileTree tree = smallTree();
      tree.root().setAttributes(Attributes.of(0700, 0, 0, 0));
      sif.writeRoot(tree, Architecture.AMD64, PLAIN);
    }
    try (SifReader one = SifReader.open(first);
        SifReader two = SifReader.open(other)) {
      assertThat(one.header().id()).isNotEqualTo(two.header().id());
      assertThat(one.header().id().version()).isEqualTo(8);
    }
  }

  @Test
  void theRootStreamsInAndIsReadBack() throws Exception {
    Path target = folder.resolve("image.sif");
    FileTree tree = RandomTree.of(61, 200_000);
    try (SifWriter sif = SifWriter.create(target, 5)) {
      sif.definition(bytes("x".repeat(5000)));
      SquashfsWriter root = sif.openRoot(Architecture.ARM64, SquashfsOptions.defaults());
      FileContent stored = root.store(new ByteArrayInputStream(bytes("streamed")), 8);
      tree.root()
          .children()
          .put(FileName.of("streamed"), new RegularFile(Attributes.of(0600, 0, 0, 0), stored));
      assertThat(root.finish(tree)).isPositive();
      sif.commit();
    }
    assertThat(Files.getPosixFilePermissions(target).toString()).contains("OWNER_EXECUTE");
    try (SifReader sif = SifReader.open(target);
        SquashfsReader root = RootImage.open(target)) {
      SystemPartition partition = sif.primaryPartition().orElseThrow();
      assertThat(partition.architecture()).isEqualTo(Architecture.ARM64);
      assertThat(partition.offsetBytes()).isEqualTo(40960);
      assertThat(partition.offsetBytes() + partition.sizeBytes()).isEqualTo(Files.size(target));
      assertThat(sif.header().dataOffsetBytes() + sif.header().dataSizeBytes())
          .isEqualTo(Files.size(target));
      assertThat(TreeText.of(root.tree())).contains("/streamed file 8 8 ");
    }
  }

  @Test
  void whatIsKnownLateStandsBehindTheRoot() throws Exception {
    Path target = folder.resolve("image.sif");
    try (SifWriter sif = SifWriter.create(target, 5)) {
      sif.json("early.json", bytes("{}"));
      SquashfsWriter root = sif.openRoot(Architecture.AMD64, PLAIN);
      assertThat(root.finish(smallTree())).isPositive();
      sif.jsonBehindRoot("late.json", bytes("{\"late\":1}"));
      sif.commit();
    }
    try (SifReader sif = SifReader.open(target)) {
      SystemPartition partition = sif.primaryPartition().orElseThrow();
      SifDescriptor late = sif.find(ObjectType.JSON, "late.json").orElseThrow();
      assertThat(sif.bytes(late, 100)).isEqualTo(bytes("{\"late\":1}"));
      assertThat(late.id()).isEqualTo(3);
      assertThat(late.offsetBytes()).isEqualTo(partition.offsetBytes() + partition.sizeBytes());
      assertThat(Files.size(target)).isEqualTo(late.offsetBytes() + late.sizeBytes());
      assertThat(sif.header().dataOffsetBytes() + sif.header().dataSizeBytes())
          .isEqualTo(Files.size(target));
      assertThat(sif.header().descriptorsFree()).isEqualTo(45);
    }
  }

  @Test
  void whatIsNotCommittedLeavesNothing() throws Exception {
    Path target = folder.resolve("image.sif");
    Files.writeString(target, "before");
    try (SifWriter sif = SifWriter.create(target, 0)) {
      var _ = sif.openRoot(Architecture.AMD64, PLAIN).finish(smallTree());
    }
    try (SifWriter sif = SifWriter.create(target, 0)) {
      var _ = sif.openRoot(Architecture.AMD64, PLAIN);
      assertThatThrownBy(sif::commit).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> sif.json("late", new byte[0]))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(target).hasContent("before");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }
}
