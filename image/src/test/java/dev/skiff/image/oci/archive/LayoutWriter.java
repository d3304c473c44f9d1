package dev.skiff.image.oci.archive;

import dev.skiff.image.oci.Digest;
import dev.skiff.image.tar.TarBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes OCI layouts for tests.
public final class LayoutWriter {

  private final Map<String, byte[]> files = new TreeMap<>();
  private final List<String> manifests = new ArrayList<>();

  public LayoutWriter() {
    files.put("oci-layout", bytes("{\"imageLayoutVersion\":\"1.0.0\"}"));
  }

  /// Adds an image of plain layers, oldest first.
  public LayoutWriter image(String tag, String architecture, List<byte[]> layers) {
    List<String> descriptors = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (byte[] layer : layers) {
      descriptors.add(blob("application/vnd.oci.image.layer.v1.tar", layer));
      diffIds.add("\"" + Digest.sha256(layer) + "\"");
    }
    String config =
        "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
            .formatted(architecture, String.join(",", diffIds));
    String manifest =
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
            .formatted(
                blob("application/vnd.oci.image.config.v1+json", bytes(config)),
                String.join(",", descriptors));
    String descriptor = blob("application/vnd.oci.image.manifest.v1+json", bytes(manifest));
    manifests.add(
        descriptor.substring(0, descriptor.length() - 1)
            + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}}".formatted(tag));
    return this;
  }

  /// Says of the image added last what some writers say: the type of its configuration, again.
  public LayoutWriter sayingItsType() {
    String last = manifests.removeLast();
    manifests.add(
        last.substring(0, last.length() - 1)
            + ",\"artifactType\":\"application/vnd.oci.image.config.v1+json\"}");
    return this;
  }

  private String blob(String type, byte[] bytes) {
    Digest digest = Digest.sha256(bytes);
    files.put("blobs/sha256/" + digest.hex(), bytes);
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, digest, bytes.length);
  }

  /// The layout's files by their paths, for a test to spoil.
  public Map<String, byte[]> files() {
    files.put(
        "index.json",
        bytes("{\"schemaVersion\":2,\"manifests\":[%s]}".formatted(String.join(",", manifests))));
    return files;
  }

  public Path writeDirectory(Path directory) throws IOException {
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return directory;
  }

  /// A tar without entries for directories.
  public byte[] tar() {
    TarBytes tar = new TarBytes();
    files().forEach(tar::file);
    return tar.finished();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
