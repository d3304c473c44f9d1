package dev.skiff.image.oci.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.archive.ImageContent.Document;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;

/// The JSON documents of an image, members always in the same order.
public final class ImageDocuments {

  private ImageDocuments() {}

  /// A manifest.
  ///
  /// @param annotations left out if there are none
  public static Document manifest(
      Descriptor config, List<ImageContent.Layer> layers, SortedMap<String, String> annotations) {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_MANIFEST);
    manifest.set("config", descriptor(config));
    ArrayNode list = manifest.putArray("layers");
    layers.forEach(layer -> list.add(descriptor(layer.descriptor())));
    if (!annotations.isEmpty()) {
      ObjectNode said = manifest.putObject("annotations");
      annotations.forEach(said::put);
    }
    return Document.of(
        MediaTypes.OCI_MANIFEST, manifest.toString().getBytes(StandardCharsets.UTF_8));
  }

  static ObjectNode descriptor(Descriptor descriptor) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("mediaType", descriptor.mediaType())
        .put("digest", descriptor.digest().toString())
        .put("size", descriptor.sizeBytes());
  }
}
