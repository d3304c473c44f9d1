package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.ArchiveReference;
import dev.skiff.image.oci.archive.LayoutWriter;
import dev.skiff.image.oci.archive.OciLayout;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers unpacked by us and by `umoci unpack`, compared file by file.
class UmociUnpackIT {

  @TempDir Path directory;

  @BeforeEach
  void needsUmociAndRoot() throws IOException, InterruptedException {
    assumeTrue(runs("umoci", "--version"), "umoci is not installed");
    assumeTrue(
        Files.getAttribute(directory, "unix:uid").equals(0),
        "only root unpacks with owners, so only root can compare them");
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private String output(Path in, String... command) throws IOException, InterruptedException {
    Path file = Files.createTempFile(directory, "out", "");
    Process process =
        new ProcessBuilder(command)
            .directory(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(file.toFile())
            .start();
    String text;
    int status = process.waitFor();
    text = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(status).describedAs("%s%n%s", List.of(command), text).isZero();
    return text;
  }

  /// Every file with kind, mode, owner, size, link and count of names, and times in whole seconds;
  /// but no times of directories, which umoci does not always restore. It also refuses layers that
  /// imply a directory where a lower layer has a file.
  private String listing(Path root) throws IOException, InterruptedException {
    return output(
        root,
        "sh",
        "-c",
        "find . -mindepth 1 -type d -printf '%P d %m %U %G\\n' , "
            + "-mindepth 1 ! -type d -printf '%P %y %m %U %G %s %T@ %n %l\\n' | sed 's/[.][0-9]* / /' | LC_ALL=C sort;"
            + " find . -type f -exec sha256sum {} + | LC_ALL=C sort -k2;"
            + " getfattr -R -h -d -m - . 2>&1 | cat");
  }

  private void assertSame(List<byte[]> layers, String told)
      throws IOException, InterruptedException {
    Path layout =
        new LayoutWriter()
            .image("x", Platform.host().architecture(), layers)
            .writeDirectory(Files.createTempDirectory(directory, "layout"));
    Path bundle = layout.resolve("bundle");
    var _ = output(layout, "umoci", "unpack", "--image", layout + ":x", bundle.toString());
    Path ours = layout.resolve("ours");
    try (OciLayout source = OciLayout.openDirectory(ArchiveReference.parse(layout + ":x"))) {
      OciImage image = OciImage.open(source, Platform.host());
      var _ =
          LayerExtraction.extract(
              image.layers(), ours, Files.createDirectory(layout.resolve("s")), Ownership.KEPT);
    }
    assertThat(listing(ours)).describedAs(told).isEqualTo(listing(bundle.resolve("rootfs")));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void randomLayersUnpackAlike(long seed) throws IOException, InterruptedException {
    RandomLayers random = new RandomLayers(seed, RandomLayers.Parents.WRITTEN);
    OrderedModel model = new OrderedModel();
    List<byte[]> layers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      layers.add(random.layer(model).finished());
    }
    assertSame(layers, "seed " + seed + "\n" + random.told());
  }

  /// Layers as GNU tar makes them, with everything that a file can have.
  @Test
  void archivesOfGnuTarUnpackAlike() throws IOException, InterruptedException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    var _ =
        output(
            tree,
            "sh",
            "-ec",
            """
            umask 022
            mkdir -p d/e %1$s
            echo one > d/a; ln d/a d/e/b; ln -s ../d/a d/link; mkfifo d/pipe
            echo long > %1$s/file; ln %1$s/file %1$s/hard
            truncate -s 3M d/sparse; printf x | dd of=d/sparse bs=1 seek=2000000 conv=notrunc 2>&1
            chmod 4755 d/a; mkdir -m 1777 tmp; chown 12:34 d/e; mknod null c 1 3
            printf 'caf\\351' > "$(printf 'd/caf\\351')"
            if command -v setfattr; then setfattr -n user.b -v 0xff00c328 d/a; fi
            touch -d '2001-02-03 04:05:06' d/e/b
            tar --format=pax --xattrs --sparse -cf ../pax.tar .
            tar --format=gnu --exclude=./d/sparse -cf ../gnu.tar .
            rm -rf d/e; echo two > d/a; echo three > d/new
            tar --format=gnu -cf ../upper.tar ./d
            """
                .formatted(("n".repeat(90) + "/").repeat(2) + "end"));
    byte[] pax = Files.readAllBytes(directory.resolve("pax.tar"));
    byte[] gnu = Files.readAllBytes(directory.resolve("gnu.tar"));
    byte[] upper = Files.readAllBytes(directory.resolve("upper.tar"));
    assertSame(List.of(pax), "pax");
    assertSame(List.of(gnu, upper), "gnu");
  }
}
