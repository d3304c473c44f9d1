package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Writes small OCI archives with the tools every machine has (tar, gzip, zstd), so that what Skiff
/// reads was not made by Skiff.
final class OciArchiveFixture {

  private final Path directory;
  private final List<LayerBlob> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private String created = "";
  private UnaryOperator<String> described = UnaryOperator.identity();
  private UnaryOperator<String> stored = UnaryOperator.identity();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record LayerBlob(byte[] bytes, String mediaTypeSuffix) {}

  OciArchiveFixture(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory.resolve("layout/blobs/sha256"));
      Files.writeString(
          directory.resolve("layout/oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A layer from what `script` makes in an empty directory.
  OciArchiveFixture layer(String compressor, String mediaTypeSuffix, String script) {
    try {
      Path content = Files.createTempDirectory(directory, "layer-");
      Path tar = Files.createTempFile(directory, "layer", ".tar");
      execute("sh", "-ec", "cd " + content + "\n" + script);
      execute("tar", "--numeric-owner", "-C", content.toString(), "-cf", tar.toString(), ".");
      diffIds.add("\"sha256:" + sha256(Files.readAllBytes(tar)) + "\"");
      Path compressed = Files.createTempFile(directory, "layer", ".blob");
      execute("sh", "-ec", compressor + " < " + tar + " > " + compressed);
      add(Files.readAllBytes(compressed), mediaTypeSuffix);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An uncompressed layer of just these bytes.
  OciArchiveFixture layer(byte[] tar) {
    diffIds.add("\"sha256:" + sha256(tar) + "\"");
    add(tar, "");
    return this;
  }

  /// Does something to the bytes of the last layer; its descriptor is true to what they become.
  OciArchiveFixture damaged(UnaryOperator<byte[]> damage) {
    LayerBlob last = layers.removeLast();
    add(damage.apply(last.bytes()), last.mediaTypeSuffix());
    return this;
  }

  /// Writes the manifest otherwise than it should be.
  ///
  /// @param described before its digest is taken
  /// @param stored after that
  OciArchiveFixture manifest(UnaryOperator<String> described, UnaryOperator<String> stored) {
    this.described = described;
    this.stored = stored;
    return this;
  }

  /// Says when the image was created, in whichever words.
  OciArchiveFixture created(String time) {
    created = "\"created\":\"%s\",".formatted(time);
    return this;
  }

  private void add(byte[] bytes, String mediaTypeSuffix) {
    layers.add(new LayerBlob(bytes, mediaTypeSuffix));
  }

  private String descriptor(LayerBlob layer) {
    return descriptor(
        layer.bytes(), "application/vnd.oci.image.layer.v1.tar" + layer.mediaTypeSuffix());
  }

  /// A gzip layer with a busybox that answers to the usual names.
  OciArchiveFixture busybox() {
    return layer(
        "gzip -1",
        "+gzip",
        """
        mkdir -p bin etc tmp
        cp "$(command -v busybox)" bin/busybox
        for a in sh ls cat echo id env true false printf test; do ln -s busybox bin/$a; done
        echo 'root:x:0:0:root:/root:/bin/sh' > etc/passwd
        """);
  }

  /// Finishes the archive.
  ///
  /// @param config the `config` member of the image configuration, as JSON
  Path archive(String name, String config) {
    try {
      String image =
          """
          {"architecture":"amd64","os":"linux",%s"config":%s,"rootfs":{"type":"layers","diff_ids":[%s]}}\
          """
              .formatted(created, config, String.join(",", diffIds));
      String manifest =
          described.apply(
              """
              {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}\
              """
                  .formatted(
                      descriptor(bytes(image), "application/vnd.oci.image.config.v1+json"),
                      layers.stream().map(this::descriptor).collect(Collectors.joining(","))));
      String index =
          """
          {"schemaVersion":2,"manifests":[%s]}\
          """
              .formatted(descriptor(bytes(manifest), "application/vnd.oci.image.manifest.v1+json"));
      Files.writeString(directory.resolve("layout/index.json"), index);
      Files.writeString(blob(sha256(bytes(manifest))), stored.apply(manifest));
      Path archive = directory.resolve(name);
      execute("tar", "-C", directory.resolve("layout").toString(), "-cf", archive.toString(), ".");
      execute("chmod", "-R", "a+rX", directory.toString());
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String descriptor(byte[] blob, String mediaType) {
    String digest = sha256(blob);
    try {
      Files.write(blob(digest), blob);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
        .formatted(mediaType, digest, blob.length);
  }

  private Path blob(String digest) {
    return directory.resolve("layout/blobs/sha256").resolve(digest);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
