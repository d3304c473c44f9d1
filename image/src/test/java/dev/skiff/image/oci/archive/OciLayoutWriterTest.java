package dev.skiff.image.oci.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.ImageContent.Document;
import dev.skiff.image.tar.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written is what `OciLayout` and `DockerArchive` read.
class OciLayoutWriterTest {

  private static final Platform AMD64 = Platform.parse("amd64");

  @TempDir Path directory;

  private static ImageContent image(String text) {
    byte[] tar = new TarBytes().file("file", text).finished();
    Digest digest = Digest.sha256(tar);
    ImageContent.Layer layer =
        new ImageContent.Layer(
            Descriptor.of(MediaTypes.OCI_LAYER, digest, tar.length),
            digest,
            () -> new ByteArrayInputStream(tar));
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"A=%s\"]},"
                .formatted(text)
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}".formatted(digest);
    Document document = Document.of(MediaTypes.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8));
    return new ImageContent(
        document,
        ImageDocuments.manifest(document.descriptor(), List.of(layer), new TreeMap<>()),
        List.of(layer));
  }

  private static List<String> env(Path path, String tag) throws IOException {
    ArchiveReference reference = ArchiveReference.parse(path + (tag.isEmpty() ? "" : ":" + tag));
    try (OciLayout layout =
        Files.isDirectory(path)
            ? OciLayout.openDirectory(reference)
            : OciLayout.openArchive(reference, Path.of("/tmp"))) {
      OciImage image = OciImage.open(layout, AMD64);
      try (InputStream in = image.layers().getFirst().open()) {
        long _ = in.transferTo(java.io.OutputStream.nullOutputStream()); // checks its digest
      }
      return image.config().env();
    }
  }

  @Test
  void aDirectoryTakesSeveralImages() throws IOException {
    Path layout = directory.resolve("layout");
    assertThat(OciLayoutWriter.isLayout(layout)).isFalse();
    OciLayoutWriter.writeDirectory(layout, image("one"), Optional.of("one"));
    OciLayoutWriter.writeDirectory(layout, image("two"), Optional.of("two"));
    assertThat(OciLayoutWriter.isLayout(layout)).isTrue();
    assertThat(env(layout, "one")).containsExactly("A=one");
    OciLayoutWriter.writeDirectory(layout, image("three"), Optional.of("one"));
    assertThat(env(layout, "one")).containsExactly("A=three");
    assertThat(env(layout, "two")).containsExactly("A=two");
  }

  @Test
  void anArchiveHasOne() throws IOException {
    Path file = directory.resolve("image.tar");
    OciLayoutWriter.writeArchive(file, image("one"), Optional.of("v1"), 1000);
    assertThat(env(file, "v1")).containsExactly("A=one");
    byte[] bytes = Files.readAllBytes(file);
    OciLayoutWriter.writeArchive(file, image("one"), Optional.of("v1"), 1000);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void aDockerArchiveIsReadBack() throws IOException {
    Path file = directory.resolve("docker.tar");
    DockerArchiveWriter.write(file, image("one"), Optional.of("me/app:1"), 1000);
    try (DockerArchive archive =
        DockerArchive.open(ArchiveReference.parse(file + ":me/app:1"), directory)) {
      assertThat(OciImage.open(archive, AMD64).config().env()).containsExactly("A=one");
    }
  }

  @Test
  void aLayerThatIsNotWhatItClaimsLeavesNothing() throws IOException {
    ImageContent good = image("one");
    ImageContent.Layer lies =
        new ImageContent.Layer(
            good.layers().getFirst().descriptor(),
            good.layers().getFirst().diffId(),
            () -> new ByteArrayInputStream(new byte[10]));
    ImageContent bad = new ImageContent(good.config(), good.manifest(), List.of(lies));
    Path layout = directory.resolve("layout");
    assertThatThrownBy(() -> OciLayoutWriter.writeDirectory(layout, bad, Optional.empty()))
        .hasMessageContaining("have digest");
    assertThat(layout.resolve("index.json")).doesNotExist();
    assertThat(layout.resolve("blobs/sha256")).isEmptyDirectory();
  }
}
