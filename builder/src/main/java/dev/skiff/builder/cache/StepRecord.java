package dev.skiff.builder.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.Sha256;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.MediaTypes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What is remembered of a step that ran.
///
/// @param title as the person was told it; steps with one title follow each other in time
/// @param parts what its result depends on
/// @param result what it gave
/// @param took how long it ran
public record StepRecord(String title, KeyParts parts, Result result, Duration took) {

  /// What a step gives.
  ///
  /// @param layer what it changed; empty of a test, which changes nothing
  /// @param face what the image said about itself afterwards, as a layer; empty if that can only be
  ///   seen in a root directory
  /// @param architecture of the programs, as Go names it
  /// @param newestInput the newest time among all inputs so far
  /// @param imageTime that the image was to carry
  public record Result(
      Optional<LayerBlob> layer,
      Optional<LayerBlob> face,
      String architecture,
      Instant newestInput,
      Instant imageTime) {}

  private static final int MOST_PARTS = 100_000;
  private static final int SEAL_BYTES = 32; // a SHA-256 behind the JSON: a disk may flip a bit

  byte[] toBytes() {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("title", title);
    ArrayNode list = root.putArray("parts");
    for (KeyParts.Part part : parts.parts()) {
      list.addObject().put("name", part.name()).put("digest", part.digest().toString());
    }
    result.layer().ifPresent(layer -> write(root.putObject("layer"), layer));
    result.face().ifPresent(face -> write(root.putObject("face"), face));
    root.put("architecture", result.architecture())
        .put("newestInput", result.newestInput().getEpochSecond())
        .put("imageTime", result.imageTime().getEpochSecond())
        .put("millis", took.toMillis());
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(json.length + SEAL_BYTES)
        .put(json)
        .put(Sha256.of(json, json.length))
        .array();
  }

  private static void write(ObjectNode object, LayerBlob blob) {
    object
        .put("diffId", blob.diffId().toString())
        .put("mediaType", blob.stored().mediaType())
        .put("digest", blob.stored().digest().toString())
        .put("size", blob.stored().sizeBytes());
  }

  /// @throws MalformedImageException if the bytes are none that `toBytes` gives
  static StepRecord read(String name, byte[] bytes) throws MalformedImageException {
    JsonDocument document = new JsonDocument(name);
    JsonNode root = document.read(unsealed(name, bytes), JsonNodeType.OBJECT);
    List<KeyParts.Part> parts = new ArrayList<>();
    for (JsonNode part : document.list(root, "parts", MOST_PARTS)) {
      parts.add(
          new KeyParts.Part(document.requiredText(part, "name"), digest(document, part, "digest")));
    }
    Result result =
        new Result(
            blob(document, root, "layer"),
            blob(document, root, "face"),
            document.requiredText(root, "architecture"),
            Instant.ofEpochSecond(seconds(document, root, "newestInput")),
            Instant.ofEpochSecond(seconds(document, root, "imageTime")));
    return new StepRecord(
        document.requiredText(root, "title"),
        new KeyParts(parts),
        result,
        Duration.ofMillis(Math.max(0, root.path("millis").asLong())));
  }

  private static byte[] unsealed(String name, byte[] bytes) throws MalformedImageException {
    int length = Math.max(0, bytes.length - SEAL_BYTES);
    byte[] seal = Arrays.copyOfRange(bytes, length, bytes.length);
    if (!Arrays.equals(seal, Sha256.of(bytes, length))) {
      throw new MalformedImageException(name, length, "seal", "it is damaged");
    }
    return Arrays.copyOf(bytes, length);
  }

  private static Optional<LayerBlob> blob(JsonDocument document, JsonNode root, String field)
      throws MalformedImageException {
    Optional<JsonNode> found = document.object(root, field);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    JsonNode object = found.get();
    long size = object.path("size").asLong(-1);
    String mediaType = document.requiredText(object, "mediaType");
    if (size < 0 || !mediaType.startsWith(MediaTypes.OCI_LAYER)) {
      throw document.malformed(field, "it is no layer");
    }
    return Optional.of(
        new LayerBlob(
            digest(document, object, "diffId"),
            Descriptor.of(mediaType, digest(document, object, "digest"), size)));
  }

  private static Digest digest(JsonDocument document, JsonNode object, String field)
      throws MalformedImageException {
    return document.digest(field, document.requiredText(object, field));
  }

  private static long seconds(JsonDocument document, JsonNode object, String field)
      throws MalformedImageException {
    long seconds = object.path(field).asLong(-1);
    if (seconds < 0 || seconds > 0xFFFF_FFFFL) {
      throw document.malformed(field, "it is no time");
    }
    return seconds;
  }
}
