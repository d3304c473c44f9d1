package dev.skiff.image.oci.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.tar.TarIndex;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// An entry of the `manifest.json` that `docker save` writes.
///
/// @param config path of the configuration in the archive
/// @param tags the names the image was saved under; may be empty
/// @param layers paths of the layers, oldest first
record SavedImage(String config, List<String> tags, List<String> layers) {

  private static final int MOST_IMAGES = 10_000;

  static List<SavedImage> readAll(String archive, TarIndex index) throws IOException {
    if (!index.has("manifest.json")) {
      throw new MalformedImageException(
          archive, -1, "manifest.json", "it is missing, so 'docker save' did not write this");
    }
    byte[] bytes;
    try (InputStream in = index.open("manifest.json")) {
      bytes = in.readNBytes(Manifest.LARGEST_BYTES + 1);
    }
    JsonDocument document = new JsonDocument("manifest.json of " + archive);
    JsonNode root = document.read(bytes, JsonNodeType.ARRAY);
    if (bytes.length > Manifest.LARGEST_BYTES || root.size() > MOST_IMAGES) {
      throw document.malformed("document", "it is too large");
    }
    List<SavedImage> images = new ArrayList<>();
    for (JsonNode image : root) {
      images.add(
          new SavedImage(
              document.requiredText(image, "Config"),
              document.texts(image, "RepoTags"),
              document.texts(image, "Layers")));
    }
    return images;
  }
}
