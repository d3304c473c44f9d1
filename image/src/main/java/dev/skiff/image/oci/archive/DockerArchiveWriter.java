package dev.skiff.image.oci.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.image.oci.DigestCheckedStream;
import dev.skiff.image.oci.layer.Decompression;
import dev.skiff.image.tar.TarWriter;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Writes an image the way `docker save` does, for `docker load`: layers are plain tars there.
public final class DockerArchiveWriter {

  private DockerArchiveWriter() {}

  /// Writes the file.
  ///
  /// @param file overwritten
  /// @param name `repository[:tag]`; empty means that the image has none
  /// @param mtimeSeconds of all that is in it
  public static void write(Path file, ImageContent image, Optional<String> name, long mtimeSeconds)
      throws IOException {
    write(Files.newOutputStream(file), image, name, mtimeSeconds);
  }

  /// Writes the same to a stream, and closes it.
  public static void write(
      OutputStream out, ImageContent image, Optional<String> name, long mtimeSeconds)
      throws IOException {
    Attributes plain = Attributes.of(0644, 0, 0, mtimeSeconds);
    String config = image.config().descriptor().digest().hex() + ".json";
    ObjectNode entry = JsonNodeFactory.instance.objectNode().put("Config", config);
    ArrayNode tags = entry.putArray("RepoTags");
    name.map(DockerArchiveWriter::tagged).ifPresent(tags::add);
    ArrayNode layers = entry.putArray("Layers");
    try (TarWriter tar = new TarWriter(out)) {
      tar.file(bytes(config), plain, FileContent.of(image.config().bytes()));
      Set<String> written = new HashSet<>();
      for (ImageContent.Layer layer : image.layers()) {
        String path = layer.diffId().hex() + ".tar";
        layers.add(path);
        if (written.add(path)) {
          tar.file(bytes(path), plain, new PlainLayer(layer, length(layer)));
        }
      }
      String manifest = JsonNodeFactory.instance.arrayNode().add(entry).toString();
      tar.file(bytes("manifest.json"), plain, FileContent.of(bytes(manifest)));
    }
  }

  /// Docker refuses a name without one.
  private static String tagged(String name) {
    return name.lastIndexOf(':') > name.lastIndexOf('/') ? name : name + ":latest";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// A tar's header needs it before the bytes.
  private static long length(ImageContent.Layer layer) throws IOException {
    try (InputStream in = open(layer)) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static InputStream open(ImageContent.Layer layer) throws IOException {
    String name = "layer " + layer.descriptor().digest();
    return new DigestCheckedStream(
        Decompression.open(name, layer.bytes().open()), name, "diff_id", layer.diffId());
  }

  private record PlainLayer(ImageContent.Layer layer, long sizeBytes) implements FileContent {
    @Override
    public InputStream open() throws IOException {
      return DockerArchiveWriter.open(layer);
    }
  }
}
