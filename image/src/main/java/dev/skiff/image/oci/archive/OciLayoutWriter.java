package dev.skiff.image.oci.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.DigestCheckedStream;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.tar.TarWriter;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Writes images as OCI layouts: into a directory, which may hold others, or as a tar. Equal images
/// give equal bytes.
///
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">image-layout</a>
public final class OciLayoutWriter {

  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final byte[] VERSION =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_IMAGES = 100_000;

  private OciLayoutWriter() {}

  /// Whether a directory is a layout, to which images can be added.
  public static boolean isLayout(Path directory) {
    return Files.isRegularFile(directory.resolve("oci-layout"))
        && Files.isRegularFile(directory.resolve("index.json"));
  }

  /// Adds an image to a layout directory, which is made if it is not there. Another image of the
  /// same tag loses it; blobs that are there already are not written again.
  ///
  /// @param tag empty replaces the image that has none
  public static void writeDirectory(Path directory, ImageContent image, Optional<String> tag)
      throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("blobs"));
    for (ImageContent.Layer layer : image.layers()) {
      put(blobs, layer.descriptor(), layer.bytes());
    }
    for (ImageContent.Document document : List.of(image.config(), image.manifest())) {
      put(blobs, document.descriptor(), () -> new ByteArrayInputStream(document.bytes()));
    }
    replace(directory.resolve("oci-layout"), VERSION);
    Path index = directory.resolve("index.json");
    byte[] before = Files.isRegularFile(index) ? Files.readAllBytes(index) : new byte[0];
    replace(index, index(before, image, tag));
  }

  private static void put(Path blobs, Descriptor descriptor, ImageContent.Bytes bytes)
      throws IOException {
    Path folder = Files.createDirectories(blobs.resolve(descriptor.digest().algorithmName()));
    Path file = folder.resolve(descriptor.digest().hex());
    if (Files.isRegularFile(file) && Files.size(file) == descriptor.sizeBytes()) {
      return;
    }
    Path part = Files.createTempFile(folder, ".", ".part");
    try {
      try (InputStream in = checked(descriptor, bytes.open());
          OutputStream out = Files.newOutputStream(part)) {
        long _ = in.transferTo(out);
      }
      share(part);
      Path _ = Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      boolean _ = Files.deleteIfExists(part);
    }
  }

  private static InputStream checked(Descriptor descriptor, InputStream in) {
    return new DigestCheckedStream(
        in, "blob " + descriptor.digest(), "digest", descriptor.digest());
  }

  /// A temporary file is its owner's alone.
  private static void share(Path file) throws IOException {
    Files.setAttribute(file, "unix:mode", 0644);
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Path part = Files.createTempFile(parent, ".", ".part");
    try {
      Files.write(part, bytes);
      share(part);
      Path _ = Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      boolean _ = Files.deleteIfExists(part);
    }
  }

  private static byte[] index(byte[] before, ImageContent image, Optional<String> tag)
      throws IOException {
    List<JsonNode> manifests = new ArrayList<>();
    if (before.length > 0) {
      JsonDocument document = new JsonDocument("index.json");
      JsonNode root = document.read(before, JsonNodeType.OBJECT);
      for (JsonNode other : document.list(root, "manifests", MOST_IMAGES)) {
        String name = other.path("annotations").path(REF_NAME).asText("");
        if (!name.equals(tag.orElse(""))) {
          manifests.add(other);
        }
      }
    }
    ObjectNode entry = ImageDocuments.descriptor(image.manifest().descriptor());
    tag.ifPresent(name -> entry.putObject("annotations").put(REF_NAME, name));
    manifests.add(entry);
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
    ArrayNode list = index.putArray("manifests");
    manifests.forEach(list::add);
    byte[] bytes = index.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > Manifest.LARGEST_BYTES) {
      throw new IOException("the layout holds too many images");
    }
    return bytes;
  }

  /// Writes a tar of a layout with one image.
  ///
  /// @param file overwritten
  /// @param mtimeSeconds of all that is in it
  public static void writeArchive(
      Path file, ImageContent image, Optional<String> tag, long mtimeSeconds) throws IOException {
    Attributes folder = Attributes.of(0755, 0, 0, mtimeSeconds);
    Attributes plain = Attributes.of(0644, 0, 0, mtimeSeconds);
    try (TarWriter tar = new TarWriter(Files.newOutputStream(file))) {
      tar.directory(name("blobs"), folder);
      tar.directory(name("blobs/sha256"), folder);
      Set<String> written = new HashSet<>();
      for (ImageContent.Document document : List.of(image.config(), image.manifest())) {
        if (written.add(document.descriptor().digest().hex())) {
          tar.file(path(document.descriptor()), plain, FileContent.of(document.bytes()));
        }
      }
      for (ImageContent.Layer layer : image.layers()) {
        if (written.add(layer.descriptor().digest().hex())) {
          tar.file(path(layer.descriptor()), plain, content(layer));
        }
      }
      tar.file(name("index.json"), plain, FileContent.of(index(new byte[0], image, tag)));
      tar.file(name("oci-layout"), plain, FileContent.of(VERSION));
    }
  }

  private static byte[] name(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] path(Descriptor descriptor) {
    return name("blobs/" + descriptor.digest().algorithmName() + "/" + descriptor.digest().hex());
  }

  static FileContent content(ImageContent.Layer layer) {
    return new FileContent() {
      @Override
      public long sizeBytes() {
        return layer.descriptor().sizeBytes();
      }

      @Override
      public InputStream open() throws IOException {
        return checked(layer.descriptor(), layer.bytes().open());
      }
    };
  }
}
