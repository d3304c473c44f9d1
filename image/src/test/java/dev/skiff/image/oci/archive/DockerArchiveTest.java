package dev.skiff.image.oci.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.tar.TarBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerArchiveTest {

  @TempDir Path directory;

  private static final byte[] LAYER = new TarBytes().file("a", "1").finished();

  private static String config(byte[] layer, int copies) {
    String diffIds = ("\"" + Digest.sha256(layer) + "\",").repeat(copies);
    return "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"sh\"]},\"rootfs\":{\"diff_ids\":[%s]}}"
        .formatted(diffIds.substring(0, diffIds.length() - 1));
  }

  /// As Docker before 25 writes it: a layer that is there twice is a link the second time.
  private static TarBytes saved() {
    return new TarBytes()
        .directory("one/")
        .file("one/layer.tar", LAYER)
        .symlink("two/layer.tar", "../one/layer.tar")
        .file("c.json", config(LAYER, 2))
        .file(
            "manifest.json",
            "[{\"Config\":\"c.json\",\"RepoTags\":[\"team/x:1\",\"alpine:3\"],"
                + "\"Layers\":[\"one/layer.tar\",\"two/layer.tar\"]},"
                + "{\"Config\":\"gone.json\",\"RepoTags\":null,\"Layers\":[]}]");
  }

  private OciImage open(TarBytes tar, String image) throws IOException {
    Path file = Files.write(directory.resolve("saved.tar"), tar.finished());
    try (DockerArchive archive =
        DockerArchive.open(ArchiveReference.parse(file + image), directory)) {
      OciImage opened = OciImage.open(archive, Platform.parse("amd64"));
      for (TarLayer layer : opened.layers()) {
        try (InputStream in = layer.open()) {
          assertThat(in.readAllBytes()).isEqualTo(LAYER);
        }
      }
      return opened;
    }
  }

  @Test
  void anImageIsChosenByItsNameHoweverShort() throws IOException {
    assertThat(open(saved(), ":team/x:1").layers()).hasSize(2);
    assertThat(open(saved(), ":docker.io/library/alpine:3").config().cmd()).containsExactly("sh");
  }

  @Test
  void anotherNameIsNotThere() {
    assertThatThrownBy(() -> open(saved(), ":alpine:4"))
        .isInstanceOfSatisfying(
            NoSuchImageException.class,
            e -> assertThat(e.available()).containsExactly("team/x:1", "alpine:3"));
    assertThatThrownBy(() -> open(saved(), "")).isInstanceOf(NoSuchImageException.class);
  }

  @Test
  void aLayerThatIsNotTheOneOfTheConfigurationIsRefused() {
    TarBytes tar =
        new TarBytes()
            .file("l.tar", new TarBytes().file("b", "2").finished())
            .file("c.json", config(LAYER, 1))
            .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l.tar\"]}]");
    assertThatThrownBy(() -> open(tar, ""))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("rootfs.diff_ids: the bytes have digest");
  }

  @Test
  void anotherNumberOfLayersIsRefused() {
    TarBytes tar =
        new TarBytes()
            .file("l.tar", LAYER)
            .file("c.json", config(LAYER, 3))
            .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l.tar\"]}]");
    assertThatThrownBy(() -> open(tar, ""))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("the configuration names 3 layers, manifest.json 1");
  }

  @Test
  void pathsOfAManifestStayInTheArchive() throws IOException {
    Files.writeString(directory.resolve("secret.json"), config(LAYER, 1));
    TarBytes tar =
        new TarBytes()
            .symlink("c.json", directory.resolve("secret.json").toString())
            .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"../../etc/passwd\"]}]");
    assertThatThrownBy(() -> open(tar, ""))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("there is no 'c.json'");
  }

  @Test
  void aTarOfSomethingElseIsSaidSo() {
    assertThatThrownBy(() -> open(new TarBytes().file("x", "y"), ""))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("'docker save' did not write this");
  }
}
