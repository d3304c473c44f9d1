package dev.skiff.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.image.MalformedImageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The commands that made an image's layers, as far as its configuration tells them.
///
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/main/config.md#properties">history</a>
public final class ImageHistory {

  private static final int MOST_ENTRIES = 1 << 16;

  private ImageHistory() {}

  /// What each layer was made by, oldest first; empty texts where nothing is said, and everywhere
  /// if the history is not of as many layers as there are.
  ///
  /// @throws MalformedImageException if the history is no list of objects
  public static List<String> ofLayers(ImageConfig config) throws MalformedImageException {
    JsonDocument document = new JsonDocument("image configuration");
    byte[] bytes = config.json().getBytes(StandardCharsets.UTF_8);
    JsonNode root = document.read(bytes, JsonNodeType.OBJECT);
    List<String> made = new ArrayList<>();
    for (JsonNode entry : document.list(root, "history", MOST_ENTRIES)) {
      if (!entry.path("empty_layer").asBoolean(false)) {
        made.add(entry.path("created_by").asText(""));
      }
    }
    int layers = config.diffIds().size();
    return made.size() == layers ? List.copyOf(made) : Collections.nCopies(layers, "");
  }
}
