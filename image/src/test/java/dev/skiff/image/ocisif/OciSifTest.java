package dev.skiff.image.ocisif;

import static dev.skiff.image.ocisif.OciSifFixture.EXT3;
import static dev.skiff.image.ocisif.OciSifFixture.SQUASHFS;
import static dev.skiff.image.ocisif.OciSifFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.ocisif.OciSif.Layer;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifEditor;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.squashfs.LayerStack;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciSifTest {

  private static final Platform AMD64 = new Platform("linux", "amd64", "");

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("x.sif");
  }

  private OciSif read() throws IOException {
    try (SifReader sif = SifReader.open(file())) {
      return OciSif.read(file(), sif, AMD64);
    }
  }

  private byte[] squashfs(Directory root) throws IOException {
    Path image = Files.createTempFile(folder, "layer", ".squashfs");
    try (FileChannel channel =
            FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE);
        SquashfsWriter writer = SquashfsWriter.open(channel, 0, SquashfsOptions.defaults())) {
      var _ = writer.finish(new FileTree(root));
    }
    return Files.readAllBytes(image);
  }

  private static Directory directory(String... names) {
    Directory directory = new Directory(Attributes.of(0755, 0, 0, 9));
    for (String name : names) {
      put(directory, name, new RegularFile(Attributes.of(0644, 0, 0, 9), content(name)));
    }
    return directory;
  }

  private static FileContent content(String name) {
    return RandomTree.content(bytes(name));
  }

  private static Directory put(Directory directory, String name, FileNode node) {
    directory.children().put(FileName.of(name), node);
    return directory;
  }

  private static Device whiteout() {
    return new Device(Attributes.of(0, 0, 0, 0), Device.Kind.CHARACTER, 0, 0);
  }

  private static Directory opaque(String attribute, Directory directory) {
    TreeMap<String, byte[]> xattrs = new TreeMap<>();
    xattrs.put(attribute, bytes("y"));
    xattrs.put("user.kept", bytes("k"));
    directory.setAttributes(new Attributes(0711, 1, 2, 9, xattrs));
    return directory;
  }

  @Test
  void layersAreFoundWhereTheyLie() throws IOException {
    new OciSifFixture(file())
        .layer(SQUASHFS, bytes("one"))
        .layer(SQUASHFS, bytes("three"))
        .finish("amd64");
    OciSif image = read();
    assertThat(image.layers())
        .containsExactly(
            new Layer(Layer.Kind.SQUASHFS, Digest.sha256(bytes("one")), 32176, 3),
            new Layer(Layer.Kind.SQUASHFS, Digest.sha256(bytes("three")), 32179, 5));
    assertThat(image.config().env()).containsExactly("A=b");
    assertThat(image.config().entrypoint()).containsExactly("/bin/sh");
    assertThat(image.hasOverlay()).isFalse();
  }

  @Test
  void aWritableOverlayIsTheLastLayer() throws IOException {
    new OciSifFixture(file())
        .layer(SQUASHFS, bytes("one"))
        .layer(EXT3, bytes("changes"))
        .finish("amd64");
    assertThat(read().hasOverlay()).isTrue();
  }

  @Test
  void anImageForAnotherMachineIsNotTaken() throws IOException {
    new OciSifFixture(file()).layer(SQUASHFS, bytes("one")).finish("s390x");
    assertThatThrownBy(this::read)
        .isInstanceOf(NoSuchImageException.class)
        .hasMessageContaining("only for linux/s390x");
  }

  @Test
  void layersOfAnotherKindAreRefused() throws IOException {
    new OciSifFixture(file())
        .layer("application/vnd.oci.image.layer.v1.tar+gzip", bytes("x"))
        .finish("amd64");
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("layers.mediaType");
  }

  @Test
  void anImageWithoutLayersIsRefused() throws IOException {
    new OciSifFixture(file()).finish("amd64");
    assertThatThrownBy(this::read).isInstanceOf(MalformedImageException.class);
  }

  /// Object 1 is the layer, 2 the configuration, 3 the manifest, 4 the index.
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void documentsThatAreNotWhatTheirDigestSaysAreRefused(int id) throws IOException {
    new OciSifFixture(file()).layer(SQUASHFS, bytes("one")).finish("amd64");
    byte[] whole = Files.readAllBytes(file());
    SifDescriptor object = null;
    try (SifReader sif = SifReader.open(file())) {
      object = sif.object(id).orElseThrow();
    }
    whole[(int) (object.offsetBytes() + object.sizeBytes() - 1)] = ' ';
    Files.write(file(), whole);
    assertThatThrownBy(this::read).isInstanceOf(MalformedImageException.class);
  }

  @Test
  void aLayerThatIsAnotherIsFoundByItsDigest() throws IOException {
    new OciSifFixture(file())
        .layer(SQUASHFS, bytes("one"))
        .layer(SQUASHFS, bytes("two"))
        .finish("amd64");
    List<Long> told = new ArrayList<>();
    try (SifReader sif = SifReader.open(file())) {
      read().check(sif, told::add);
    }
    assertThat(told).containsExactly(3L, 3L);
    byte[] whole = Files.readAllBytes(file());
    whole[32180] = 'W';
    Files.write(file(), whole);
    try (SifReader sif = SifReader.open(file())) {
      OciSif image = OciSif.read(file(), sif, AMD64);
      assertThatThrownBy(() -> image.check(sif, _ -> {}))
          .isInstanceOf(MalformedImageException.class)
          .hasMessageContaining("digest: the layer has sha256:");
    }
  }

  @Test
  void aConfigurationOfOtherLayersIsRefused() throws IOException {
    OciSifFixture fixture = new OciSifFixture(file()).layer(SQUASHFS, bytes("one"));
    fixture.diffIds.clear();
    fixture.finish("amd64");
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("rootfs.diff_ids: the configuration names 0 layers, the manifest 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aBlobThatIsMissingIsNamed(int id) throws IOException {
    new OciSifFixture(file()).layer(SQUASHFS, bytes("one")).finish("amd64");
    try (SifEditor sif = SifEditor.open(file())) {
      sif.delete(id, SifEditor.Erasure.KEEP_BYTES, 5);
    }
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("no blob has digest sha256:");
  }

  @Test
  void theOnlyImageIsLookedIntoWhateverItIsFor() throws IOException {
    new OciSifFixture(file()).layer(SQUASHFS, squashfs(directory("f"))).finish("s390x");
    try (OpenedRoot root = OpenedRoot.look(file())) {
      assertThat(root.files().names("/", SquashfsReader.Links.KEPT)).hasSize(1);
      assertThat(root.oci().orElseThrow().config().platform().architecture()).isEqualTo("s390x");
    }
    assertThatThrownBy(() -> OpenedRoot.open(file(), AMD64))
        .isInstanceOf(NoSuchImageException.class);
  }

  @Test
  void anyFlippedBitIsReadOrRefused() throws IOException {
    new OciSifFixture(file()).layer(SQUASHFS, bytes("one")).finish("amd64");
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bytes = whole.clone();
      int at =
          i % 2 == 0
              ? 4096 + random.nextInt(4 * 585)
              : 32176 + random.nextInt(whole.length - 32176);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file(), bytes);
      try {
        assertThat(read().layers()).hasSize(1);
      } catch (MalformedImageException | NoSuchImageException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void upperLayersHideAndDeleteWhatIsBelow() throws IOException {
    Directory low = directory("gone", "kept", "replaced");
    put(low, "dir", directory("a", "b"));
    put(low, "closed", directory("below"));
    put(low, "closed2", directory("below"));
    put(low, "shape", directory("inside"));
    Directory high = directory("replaced");
    put(high, "gone", whiteout());
    put(high, "dir", put(directory("c"), "a", whiteout()));
    put(high, "closed", opaque("trusted.overlay.opaque", directory("above")));
    put(high, "closed2", opaque("user.overlay.opaque", directory()));
    put(high, "shape", new RegularFile(Attributes.of(0600, 0, 0, 9), content("flat")));
    put(high, "fresh", put(directory("new"), "never", whiteout()));
    new OciSifFixture(file())
        .layer(SQUASHFS, squashfs(low))
        .layer(SQUASHFS, squashfs(high))
        .finish("amd64");
    try (LayerStack stack = read().open(file())) {
      FileTree merged = stack.tree();
      assertThat(names(merged.root(), ""))
          .containsExactly(
              "/closed",
              "/closed/above",
              "/closed2",
              "/dir",
              "/dir/b",
              "/dir/c",
              "/fresh",
              "/fresh/new",
              "/kept",
              "/replaced",
              "/shape");
      Attributes closed = merged.find("closed").orElseThrow().attributes();
      assertThat(closed.permissions()).isEqualTo(0711);
      assertThat(closed.xattrs()).containsOnlyKeys("user.kept");
      assertThat(TreeText.of(merged)).contains("/shape file 4 ");
    }
  }

  private static List<String> names(Directory directory, String path) {
    List<String> names = new ArrayList<>();
    directory
        .children()
        .forEach((name, node) -> {
          names.add(path + "/" + name);
          if (node instanceof Directory below) {
            names.addAll(names(below, path + "/" + name));
          }
        });
    return names;
  }

  @Test
  void aLayerThatIsNoFileSystemIsRefused() throws IOException {
    new OciSifFixture(file()).layer(SQUASHFS, bytes("one")).finish("amd64");
    OciSif image = read();
    assertThatThrownBy(() -> image.open(file())).isInstanceOf(MalformedImageException.class);
  }
}
