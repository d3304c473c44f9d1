package dev.skiff.image.sif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that Apptainer 1.4.5 wrote.
class SifReaderTest {

  @TempDir Path folder;

  private Path fixture(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = SifReaderTest.class.getResourceAsStream("/sif/" + name)) {
      Files.write(file, in == null ? new byte[0] : in.readAllBytes());
    }
    return file;
  }

  private static String text(FileTree tree, String path) throws IOException {
    if (tree.find(path).orElseThrow() instanceof RegularFile file) {
      try (InputStream in = file.content().open()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    throw new IllegalArgumentException(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip.sif", "zstd.sif", "xz.sif", "signed-pgp.sif", "signed-dsse.sif"})
  void apptainersRootsAreRead(String name) throws Exception {
    Path file = fixture(name);
    try (SquashfsReader root = RootImage.open(file)) {
      FileTree tree = root.tree();
      assertThat(text(tree, "made")).isEqualTo("made in post\n");
      assertThat(tree.find("made").orElseThrow().attributes().permissions()).isEqualTo(0664);
      assertThat(text(tree, ".singularity.d/runscript")).contains("run");
      Path out = folder.resolve("out");
      assertThat(root.extract(out, Ownership.CALLER).skipped()).isEmpty();
      assertThat(out.resolve("made")).hasContent("made in post\n");
      assertThat(out.resolve("singularity")).isSymbolicLink();
    }
  }

  @Test
  void apptainersDescriptorsAreRead() throws Exception {
    try (SifReader sif = SifReader.open(fixture("signed-pgp.sif"))) {
      assertThat(sif.header().architecture()).isEqualTo(Architecture.AMD64);
      assertThat(sif.header().descriptorsTotal()).isEqualTo(48);
      assertThat(sif.descriptors())
          .extracting(SifDescriptor::type)
          .containsExactly(
              ObjectType.DEFINITION_FILE,
              ObjectType.JSON,
              ObjectType.PARTITION,
              ObjectType.SIGNATURE);
      SifDescriptor definition = sif.descriptors().getFirst();
      assertThat(definition.offsetBytes()).isEqualTo(32176);
      assertThat(new String(sif.bytes(definition, 10_000), StandardCharsets.UTF_8))
          .contains("%post");
      SifDescriptor json = sif.find(ObjectType.JSON, "inspect-metadata.json").orElseThrow();
      assertThat(new String(sif.bytes(json, 100_000), StandardCharsets.UTF_8)).startsWith("{");
      SystemPartition root = sif.primaryPartition().orElseThrow();
      assertThat(root.fileSystem()).isEqualTo(FileSystemType.SQUASHFS);
      assertThat(root.architecture()).isEqualTo(Architecture.AMD64);
      assertThat(root.offsetBytes() % 4096).isZero();
      SifDescriptor signature = sif.descriptors().getLast();
      assertThat(signature.link()).isEqualTo(1);
      assertThat(signature.linkKind()).isEqualTo(SifDescriptor.LinkKind.GROUP);
      assertThat(signature.group()).isZero();
      assertThat(signature.extra())
          .isInstanceOfSatisfying(
              Extra.Signature.class,
              extra -> {
                assertThat(extra.hash()).isEqualTo(HashType.SHA256);
                assertThat(extra.fingerprint()).hasSize(40).isNotEqualTo("0".repeat(40));
              });
      assertThatThrownBy(() -> sif.bytes(json, 10))
          .isInstanceOf(MalformedImageException.class)
          .hasMessageContaining("wanted 10 at most");
    }
  }

  @Test
  void twoPartitionsCannotBothBeTheRoot() throws Exception {
    byte[] bytes = Files.readAllBytes(fixture("gzip.sif"));
    int table = 4096;
    int used = 0;
    while (bytes[table + 585 * used + 4] != 0) {
      used++;
    }
    int partition = table + 585 * (used - 1);
    assertThat(bytes[partition]).as("the partition comes last").isEqualTo((byte) 4);
    System.arraycopy(bytes, partition, bytes, partition + 585, 585);
    Path file = Files.write(folder.resolve("two.sif"), bytes);
    assertThatThrownBy(() -> SifReader.open(file).close())
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("more than one primary system partition");
  }

  @Test
  void kindsAreToldByTheirFirstBytes() throws Exception {
    Path sif = fixture("gzip.sif");
    assertThat(ImageKind.of(sif)).isEqualTo(ImageKind.SIF);
    SystemPartition root = RootImage.find(sif);
    byte[] bytes = Files.readAllBytes(sif);
    Path bare = folder.resolve("bare.sqfs");
    Files.write(bare, Arrays.copyOfRange(bytes, (int) root.offsetBytes(), bytes.length));
    assertThat(ImageKind.of(bare)).isEqualTo(ImageKind.SQUASHFS);
    try (SquashfsReader reader = RootImage.open(bare)) {
      assertThat(reader.tree().find("made")).isPresent();
    }
    assertThat(ImageKind.of(folder)).isEqualTo(ImageKind.DIRECTORY);
    assertThat(ImageKind.of(Files.writeString(folder.resolve("t"), "hs")))
        .isEqualTo(ImageKind.OTHER);
    assertThatThrownBy(() -> RootImage.open(folder.resolve("t")))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("neither a SIF file nor a SquashFS image");
  }

  private static void requireRefusedOrRead(Path file) throws IOException {
    try (SifReader sif = SifReader.open(file)) {
      for (SifDescriptor descriptor : sif.descriptors()) {
        assertThat(sif.bytes(descriptor, 2 << 20).length).isEqualTo(descriptor.sizeBytes());
      }
    } catch (MalformedImageException e) {
      assertThat(e.field()).isNotEmpty();
    }
  }

  @Test
  void truncatedFilesAreRefused() throws Exception {
    byte[] whole = Files.readAllBytes(fixture("gzip.sif"));
    Path cut = folder.resolve("cut");
    for (int length = 0; length < whole.length; length += length < 40_000 ? 64 : 64 << 10) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SifReader.open(cut).close())
          .as("cut at %d", length)
          .isInstanceOf(MalformedImageException.class);
    }
  }

  @Test
  void flippedBitsAreRefusedOrRead() throws Exception {
    byte[] whole = Files.readAllBytes(fixture("gzip.sif"));
    Path flipped = folder.resolve("flipped");
    Random random = new Random(51);
    for (int i = 0; i < 400; i++) {
      byte[] bytes = whole.clone();
      int at = i % 2 == 0 ? random.nextInt(128) : 4096 + random.nextInt(4 * 585);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(flipped, bytes);
      requireRefusedOrRead(flipped);
    }
  }

  @Test
  void aHeaderThatClaimsBillionsOfDescriptorsIsRefused() throws Exception {
    byte[] bytes = Files.readAllBytes(fixture("gzip.sif"));
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(88, 1L << 32);
    Path file = folder.resolve("huge");
    Files.write(file, bytes);
    assertThatThrownBy(() -> SifReader.open(file).close())
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("descriptors total");
  }
}
