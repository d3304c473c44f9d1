package dev.skiff.image.oci.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.layer.LayerMerge;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.tar.TarBytes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciLayoutTest {

  private static final Platform AMD64 = Platform.parse("amd64");

  @TempDir Path directory;

  private static byte[] layer(String name) {
    return new TarBytes().file(name, "content").finished();
  }

  private static LayoutWriter two() {
    return new LayoutWriter()
        .image("one", "amd64", List.of(layer("first")))
        .image("two", "amd64", List.of(layer("second")));
  }

  private static FileTree tree(OciLayout layout) throws IOException {
    try (layout) {
      OciImage image = OciImage.open(layout, AMD64);
      return LayerMerge.merge(
          image.layers(),
          (in, size) -> new Drained(in.readAllBytes().length),
          MergeLimits.STANDARD);
    }
  }

  private record Drained(long sizeBytes) implements FileContent {
    @Override
    public InputStream open() {
      return InputStream.nullInputStream();
    }
  }

  private OciLayout layout(LayoutWriter writer, String tag) throws IOException {
    Path path = writer.writeDirectory(directory.resolve("layout"));
    return OciLayout.openDirectory(ArchiveReference.parse(path + tag));
  }

  @Test
  void aTagChooses() throws IOException {
    assertThat(tree(layout(two(), ":two")).find("second")).isPresent();
    assertThat(tree(layout(two(), ":one")).find("first")).isPresent();
  }

  @Test
  void withoutATagOneImageIsTakenAndOfSeveralTheTagsAreListed() throws IOException {
    NoSuchImageException e =
        catchThrowableOfType(NoSuchImageException.class, () -> tree(layout(two(), "")));
    assertThat(e.available()).containsExactly("one", "two");
    LayoutWriter one = new LayoutWriter().image("x", "amd64", List.of(layer("only")));
    Path path = one.writeDirectory(directory.resolve("single"));
    assertThat(tree(OciLayout.openDirectory(ArchiveReference.parse(path.toString()))).find("only"))
        .isPresent();
  }

  @Test
  void signaturesBesideAnImageAreNotChosenFrom() throws IOException {
    LayoutWriter signed =
        new LayoutWriter()
            .image("", "amd64", List.of(layer("only")))
            .image("_cosign:sha256-12.sig", "amd64", List.of(layer("signature")));
    assertThat(tree(layout(signed, "")).find("only")).isPresent();
  }

  @Test
  void anImageMayRepeatTheTypeOfItsConfiguration() throws IOException {
    LayoutWriter one =
        new LayoutWriter().image("x", "amd64", List.of(layer("only"))).sayingItsType();
    assertThat(tree(layout(one, "")).find("only")).isPresent();
  }

  @Test
  void archivesWithoutDirectoryEntriesAndCompressedOnesAreRead() throws IOException {
    Path plain = Files.write(directory.resolve("a.tar"), two().tar());
    Path gzip = directory.resolve("a.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(two().tar());
    }
    for (Path archive : List.of(plain, gzip)) {
      Path temporary = Files.createTempDirectory(directory, "tmp");
      OciLayout layout = OciLayout.openArchive(ArchiveReference.parse(archive + ":two"), temporary);
      assertThat(tree(layout).find("second")).isPresent();
      assertThat(temporary).isEmptyDirectory();
    }
  }

  @Test
  void pathsMayHoldColons() throws IOException {
    Path path = Files.createDirectory(directory.resolve("a:b"));
    assertThat(ArchiveReference.parse(path + ":c:d").image()).contains("c:d");
    assertThat(ArchiveReference.parse(path.toString()).image()).isEmpty();
    assertThat(ArchiveReference.parse("nowhere:tag").path()).isEqualTo(Path.of("nowhere"));
  }

  @Test
  void anotherPlatformIsNamed() throws IOException {
    LayoutWriter arm = new LayoutWriter().image("x", "arm64", List.of(layer("a")));
    assertThatThrownBy(() -> tree(layout(arm, "")))
        .isInstanceOfSatisfying(
            NoSuchImageException.class,
            e -> assertThat(e.available()).containsExactly("linux/arm64"));
  }

  @Test
  void anythingThatIsNotWhatItsDigestSaysIsRefused() throws IOException {
    int spoiled = 0;
    for (String file : List.copyOf(two().files().keySet())) {
      if (file.startsWith("blobs/")) {
        LayoutWriter writer = new LayoutWriter().image("x", "amd64", List.of(layer("first")));
        byte[] bytes = writer.files().get(file);
        if (bytes == null) {
          continue; // of the other image
        }
        spoiled++;
        byte[] changed = bytes.clone();
        changed[changed.length / 2] ^= 1;
        writer.files().put(file, changed);
        assertRefused(writer);
        writer.files().put(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertRefused(writer);
        writer.files().remove(file);
        assertRefused(writer);
      }
    }
    assertThat(spoiled).isPositive();
  }

  private void assertRefused(LayoutWriter writer) throws IOException {
    Path path = writer.writeDirectory(Files.createTempDirectory(directory, "spoiled"));
    assertThatThrownBy(() -> tree(OciLayout.openDirectory(ArchiveReference.parse(path.toString()))))
        .isInstanceOf(MalformedImageException.class);
  }

  @Test
  void whatIsNoLayoutIsSaidSo() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(
            () -> OciLayout.openDirectory(ArchiveReference.parse(empty.toString())).close())
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("no OCI image layout");
  }

  @Test
  void anArchiveCutShortIsRefused() throws IOException {
    byte[] tar = two().tar();
    Path cut = Files.write(directory.resolve("cut.tar"), Arrays.copyOf(tar, tar.length / 2 + 100));
    assertThatThrownBy(
            () -> tree(OciLayout.openArchive(ArchiveReference.parse(cut + ":one"), directory)))
        .isInstanceOf(MalformedImageException.class);
  }
}
