package dev.skiff.builder.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.ImageHistory;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerCensus.Count;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.ocisif.OpenedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where an image came from: the OCI image it was made of, that one's layers, and what a definition
/// changed. `skiff-layers.json` of a SIF holds it, so that the parts are told after they were
/// merged.
///
/// @param reference the OCI image as it was named
/// @param digest of the manifest
/// @param layers oldest first
/// @param change what a definition did to them; empty if there was none
public record ImageLayers(
    String reference, String digest, List<Layer> layers, Optional<Change> change) {

  /// The object's name.
  public static final String OBJECT = "skiff-layers.json";

  private static final int LONGEST_COMMAND = 1000;

  /// One layer.
  ///
  /// @param digest of the bytes as they were stored
  /// @param storedBytes how many those are, so perhaps compressed
  /// @param count what it held; empty if nobody has read it
  /// @param createdBy the command that made it; may be empty
  public record Layer(String digest, long storedBytes, Optional<Count> count, String createdBy) {}

  /// What a definition added to the layers; negative if it removed more.
  ///
  /// @param files directories left out
  public record Change(long files, long bytes) {}

  public ImageLayers {
    layers = List.copyOf(layers);
  }

  /// The layers of an image that nobody has read yet.
  ///
  /// @throws MalformedImageException if the image's history is of no known form
  public static ImageLayers of(OciImage image) throws MalformedImageException {
    return of(image, List.of());
  }

  /// The layers of an image.
  ///
  /// @param counts one for each layer, oldest first; none if they were not read
  /// @throws MalformedImageException if the image's history is of no known form
  public static ImageLayers of(OciImage image, List<Count> counts) throws MalformedImageException {
    List<String> history = ImageHistory.ofLayers(image.config());
    List<Layer> layers = new ArrayList<>();
    for (Descriptor stored : image.manifest().layers()) {
      int index = layers.size();
      Optional<Count> count = counts.isEmpty() ? Optional.empty() : Optional.of(counts.get(index));
      layers.add(
          new Layer(
              stored.digest().toString(),
              stored.sizeBytes(),
              count,
              shortened(history.get(index))));
    }
    return new ImageLayers(
        reference(image.name()), image.digest().toString(), layers, Optional.empty());
  }

  /// The layers of an OCI image in a SIF file, of which all but their contents is read for this.
  ///
  /// @param root of such an image; where something unread lies over it, nobody knows what shows
  /// @throws MalformedImageException if history or layers are of no known form
  public static ImageLayers of(OpenedRoot root) throws IOException {
    OciSif image =
        root.oci().orElseThrow(() -> new IllegalArgumentException("an image without layers"));
    List<Count> counts = new ArrayList<>();
    if (!root.hasOverlay()) {
      root.files()
          .counts()
          .forEach(
              c -> counts.add(new Count(c.bytes(), c.files(), c.visibleFiles(), c.visibleBytes())));
    }
    return of(image.image(), counts);
  }

  private static String shortened(String command) {
    return command.length() <= LONGEST_COMMAND
        ? command
        : command.substring(0, LONGEST_COMMAND) + "…";
  }

  /// Of a file only its own name: where it lay is no business of the image, and differs.
  private static String reference(String name) {
    return name.startsWith("/") ? name.substring(name.lastIndexOf('/') + 1) : name;
  }

  /// These layers below what a definition made of them.
  ///
  /// @param files of the finished image, directories left out
  /// @param bytes of those files
  public ImageLayers below(long files, long bytes) {
    long layerFiles = 0;
    long layerBytes = 0;
    for (Layer layer : layers) {
      layerFiles += layer.count().map(Count::visibleFiles).orElse(0L);
      layerBytes += layer.count().map(Count::visibleBytes).orElse(0L);
    }
    Change made = new Change(files - layerFiles, bytes - layerBytes);
    return new ImageLayers(reference, digest, layers, Optional.of(made));
  }

  /// The object's bytes; equal layers have equal ones.
  public byte[] json() {
    return GoJson.compact(members()).getBytes(StandardCharsets.UTF_8);
  }

  /// The same, a member a line, indented by tabs, without a line end.
  public String indentedJson() {
    return GoJson.indented(members());
  }

  private Map<String, Object> members() {
    Map<String, Object> root = new LinkedHashMap<>();
    Map<String, Object> base = new LinkedHashMap<>();
    base.put("reference", reference);
    base.put("digest", digest);
    root.put("base", base);
    root.put("layers", layers.stream().map(ImageLayers::members).toList());
    change.ifPresent(made -> {
      Map<String, Object> definition = new LinkedHashMap<>();
      definition.put("files", made.files());
      definition.put("bytes", made.bytes());
      root.put("definition", definition);
    });
    return root;
  }

  private static Map<String, Object> members(Layer layer) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("digest", layer.digest());
    members.put("compressedBytes", layer.storedBytes());
    layer
        .count()
        .ifPresent(count -> {
          members.put("uncompressedBytes", count.tarBytes());
          members.put("files", count.files());
          members.put("visibleFiles", count.visibleFiles());
          members.put("visibleBytes", count.visibleBytes());
        });
    members.put("createdBy", layer.createdBy());
    return members;
  }

  /// The layers that the object holds.
  ///
  /// @throws MalformedImageException if it is no JSON, or not of this form
  public static ImageLayers parse(byte[] json) throws MalformedImageException {
    JsonDocument document = new JsonDocument(OBJECT);
    JsonNode root = document.read(json, JsonNodeType.OBJECT);
    JsonNode base = root.path("base");
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : root.path("layers")) {
      Optional<Count> count =
          layer.has("files")
              ? Optional.of(
                  new Count(
                      number(document, layer, "uncompressedBytes"),
                      number(document, layer, "files"),
                      number(document, layer, "visibleFiles"),
                      number(document, layer, "visibleBytes")))
              : Optional.empty();
      layers.add(
          new Layer(
              document.requiredText(layer, "digest"),
              number(document, layer, "compressedBytes"),
              count,
              document.text(layer, "createdBy").orElse("")));
    }
    JsonNode made = root.path("definition");
    Optional<Change> change =
        made.isObject()
            ? Optional.of(
                new Change(number(document, made, "files"), number(document, made, "bytes")))
            : Optional.empty();
    return new ImageLayers(
        document.requiredText(base, "reference"),
        document.requiredText(base, "digest"),
        layers,
        change);
  }

  private static long number(JsonDocument document, JsonNode object, String field)
      throws MalformedImageException {
    JsonNode node = object.path(field);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw document.malformed(field, "it is no whole number");
    }
    return node.longValue();
  }
}
