package dev.skiff.builder.metadata;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.builder.metadata.Description.Part;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads what an image says about itself: from its files, or from `inspect-metadata.json`, the SIF
/// object that lets an image be inspected without looking into its file system.
public final class InspectMetadata {

  /// The object's name.
  public static final String OBJECT = "inspect-metadata.json";

  private static final String META = "/.singularity.d";
  private static final String APPS = "/scif/apps";

  private InspectMetadata() {}

  /// The JSON of a finished image, from the files it holds.
  ///
  /// @throws IOException if one of them cannot be read
  public static String json(ImageTexts image) throws IOException {
    return of(image).json();
  }

  /// The description of an image, from the files it holds.
  ///
  /// @throws IOException if one of them cannot be read
  public static ImageDescription of(ImageTexts image) throws IOException {
    SortedMap<String, Description> apps = new TreeMap<>();
    for (String name : image.names(new ContainerPath(APPS))) {
      String app = APPS + "/" + name;
      boolean hidden = name.startsWith(".");
      if (!hidden && image.names(new ContainerPath(app)).contains("scif")) {
        apps.put(name, described(image, app + "/scif", "9.*-environment\\.sh"));
      }
    }
    return new ImageDescription(
        apps, described(image, META, "10-docker.*\\.sh|9.*-environment\\.sh"));
  }

  private static Description described(ImageTexts image, String directory, String scripts)
      throws IOException {
    SortedMap<String, String> environment = new TreeMap<>();
    String folder = directory + "/" + Part.ENVIRONMENT.file();
    for (String name : image.names(new ContainerPath(folder))) {
      if (name.matches(scripts)) {
        String path = folder + "/" + name;
        trimmed(image, path).ifPresent(text -> environment.put(path, text));
      }
    }
    Map<Part, String> texts = new EnumMap<>(Part.class);
    for (Part part : Part.TEXTS) {
      trimmed(image, directory + "/" + part.file()).ifPresent(text -> texts.put(part, text));
    }
    return new Description(environment, labels(image, directory + "/" + Part.LABELS.file()), texts);
  }

  private static SortedMap<String, String> labels(ImageTexts image, String path)
      throws IOException {
    Optional<String> json = image.read(new ContainerPath(path));
    try {
      return json.isEmpty() ? new TreeMap<>() : Labels.parse(json.get()).values();
    } catch (JsonProcessingException e) {
      return new TreeMap<>(); // a base image may hold anything; inspecting it must still work
    }
  }

  /// Without the line ends at its end.
  private static Optional<String> trimmed(ImageTexts image, String path) throws IOException {
    return image.read(new ContainerPath(path)).map(text -> text.replaceAll("\\n+\\z", ""));
  }

  /// The description that the object holds. Members that are missing say nothing.
  ///
  /// @throws MalformedImageException if it is no JSON, or not of this form
  public static ImageDescription parse(byte[] json) throws MalformedImageException {
    JsonDocument document = new JsonDocument(OBJECT);
    JsonNode attributes = document.read(json, JsonNodeType.OBJECT).path("data").path("attributes");
    if (!attributes.isObject()) {
      throw document.malformed("data.attributes", "it is no JSON object");
    }
    SortedMap<String, Description> apps = new TreeMap<>();
    for (Map.Entry<String, JsonNode> app : attributes.path("apps").properties()) {
      apps.put(app.getKey(), described(document, app.getValue()));
    }
    return new ImageDescription(apps, described(document, attributes));
  }

  private static Description described(JsonDocument document, JsonNode node)
      throws MalformedImageException {
    Map<Part, String> texts = new EnumMap<>(Part.class);
    for (Part part : Part.TEXTS) {
      document.text(node, part.member()).ifPresent(text -> texts.put(part, text));
    }
    return new Description(
        texts(document, node, Part.ENVIRONMENT), texts(document, node, Part.LABELS), texts);
  }

  private static SortedMap<String, String> texts(JsonDocument document, JsonNode node, Part part)
      throws MalformedImageException {
    SortedMap<String, String> texts = new TreeMap<>();
    JsonNode map = node.path(part.member());
    for (String key : map.properties().stream().map(Map.Entry::getKey).toList()) {
      texts.put(key, document.requiredText(map, key));
    }
    return texts;
  }
}
