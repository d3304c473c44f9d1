package dev.skiff.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Manifest.ImageIndex;
import dev.skiff.image.oci.Manifest.ImageManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads manifests and indexes. A document that could be taken for either is refused, because two
/// readers would then see two different images under one digest.
final class ManifestParser {

  private static final int MOST_LAYERS = 1000;
  private static final int MOST_MANIFESTS = 10_000;
  private static final List<String> FIELDS =
      List.of(
          "schemaVersion",
          "mediaType",
          "config",
          "layers",
          "manifests",
          "digest",
          "size",
          "platform",
          "artifactType");

  private final JsonDocument document;

  ManifestParser(String name) {
    this.document = new JsonDocument(name);
  }

  Manifest parse(byte[] bytes, Optional<String> expectedMediaType) throws MalformedImageException {
    if (bytes.length > Manifest.LARGEST_BYTES) {
      throw document.malformed(
          "manifest",
          "it has %d bytes, at most %d may be".formatted(bytes.length, Manifest.LARGEST_BYTES));
    }
    JsonNode root = document.read(bytes, JsonNodeType.OBJECT);
    requireExactNames(root);
    if (root.path("schemaVersion").asInt(-1) == 1) {
      throw document.malformed(
          "schemaVersion", "Docker's old schema 1 cannot be read, wanted schema 2 or OCI");
    }
    if (root.has("manifests") && (root.has("layers") || root.has("config"))) {
      throw document.malformed("manifests", "the document is an index and a manifest at once");
    }
    String mediaType = mediaType(root, expectedMediaType);
    String json = new String(bytes, StandardCharsets.UTF_8);
    Digest digest = Digest.sha256(bytes);
    if (MediaTypes.isIndex(mediaType)) {
      return new ImageIndex(
          mediaType, digest, json, descriptors(root, "manifests", MOST_MANIFESTS));
    }
    JsonNode config =
        document
            .object(root, "config")
            .orElseThrow(() -> document.malformed("config", "it is missing"));
    return new ImageManifest(
        mediaType,
        digest,
        json,
        descriptor("config", config),
        descriptors(root, "layers", MOST_LAYERS),
        document.text(root, "artifactType"));
  }

  /// Readers written in Go take `Layers` for `layers`, and would see another image.
  private void requireExactNames(JsonNode object) throws MalformedImageException {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      for (String field : FIELDS) {
        if (member.getKey().equalsIgnoreCase(field) && !member.getKey().equals(field)) {
          throw document.malformed(
              member.getKey(), "some readers take it for '%s'".formatted(field));
        }
      }
    }
  }

  private String mediaType(JsonNode root, Optional<String> expected)
      throws MalformedImageException {
    String shape = root.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    Optional<String> known = expected.filter(t -> MediaTypes.isImage(t) || MediaTypes.isIndex(t));
    String mediaType = document.text(root, "mediaType").orElse(known.orElse(shape));
    if (!MediaTypes.isImage(mediaType) && !MediaTypes.isIndex(mediaType)) {
      throw document.malformed("mediaType", "'%s' is no image or index".formatted(mediaType));
    }
    if (MediaTypes.isIndex(mediaType) != root.has("manifests")) {
      throw document.malformed(
          "mediaType", "it says '%s', which the document is not".formatted(mediaType));
    }
    if (known.isPresent() && MediaTypes.isIndex(known.get()) != MediaTypes.isIndex(mediaType)) {
      throw document.malformed(
          "mediaType", "found '%s', wanted '%s'".formatted(mediaType, known.get()));
    }
    return mediaType;
  }

  private List<Descriptor> descriptors(JsonNode root, String field, int most)
      throws MalformedImageException {
    List<Descriptor> descriptors = new ArrayList<>();
    for (JsonNode node : document.list(root, field, most)) {
      descriptors.add(descriptor(field + "[" + descriptors.size() + "]", node));
    }
    return descriptors;
  }

  private Descriptor descriptor(String field, JsonNode node) throws MalformedImageException {
    if (!node.isObject()) {
      throw document.malformed(field, "it is no descriptor");
    }
    requireExactNames(node);
    Optional<JsonNode> platform = document.object(node, "platform");
    return new Descriptor(
        document.text(node, "mediaType").orElse(""),
        document.digest(field + ".digest", document.requiredText(node, "digest")),
        document.size(node, "size"),
        platform.isEmpty() ? Optional.empty() : Optional.of(platform(platform.get())),
        document.text(node, "artifactType"),
        document.textMap(node, "annotations"));
  }

  private Platform platform(JsonNode node) throws MalformedImageException {
    return new Platform(
        document.text(node, "os").orElse(""),
        document.text(node, "architecture").orElse(""),
        document.text(node, "variant").orElse(""));
  }
}
