package dev.skiff.image.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads fields of a JSON document that came from elsewhere; every error names the field.
public final class JsonDocument {

  static final int DEEPEST = 64;
  private static final int LARGEST_TEXT = 8 << 20;
  private static final int MOST_TOKENS = 1_000_000; // a token may take a hundred times its bytes
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LARGEST_TEXT)
                          .maxDocumentLength(LARGEST_TEXT)
                          .maxTokenCount(MOST_TOKENS)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final String name;

  /// A document to be read.
  ///
  /// @param name what it is, for messages
  public JsonDocument(String name) {
    this.name = name;
  }

  /// The document's root, which must be of the kind named.
  public JsonNode read(byte[] bytes, JsonNodeType kind) throws MalformedImageException {
    try {
      JsonNode root = MAPPER.readTree(bytes);
      if (root.getNodeType() != kind) {
        throw malformed("document", "it is a JSON %s, not %s".formatted(root.getNodeType(), kind));
      }
      return root;
    } catch (JsonProcessingException e) {
      long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw new MalformedImageException(name, offset, "document", e.getOriginalMessage());
    } catch (MalformedImageException e) {
      throw e;
    } catch (IOException e) {
      throw malformed("document", String.valueOf(e.getMessage()));
    }
  }

  static String compact(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree that was read can be written", e);
    }
  }

  public MalformedImageException malformed(String field, String reason) {
    return new MalformedImageException(name, -1, field, reason);
  }

  /// A text that may be absent or null.
  public Optional<String> text(JsonNode object, String field) throws MalformedImageException {
    JsonNode node = object.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw malformed(field, "found a JSON %s, wanted a string".formatted(node.getNodeType()));
    }
    return Optional.of(node.textValue());
  }

  public String requiredText(JsonNode object, String field) throws MalformedImageException {
    return text(object, field).orElseThrow(() -> malformed(field, "it is missing"));
  }

  /// A list of texts; absent and null mean empty.
  public List<String> texts(JsonNode object, String field) throws MalformedImageException {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(object, field, Integer.MAX_VALUE)) {
      if (!item.isTextual()) {
        throw malformed(field, "found a JSON %s among strings".formatted(item.getNodeType()));
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /// A map of texts in the document's order; absent and null mean empty.
  Map<String, String> textMap(JsonNode object, String field) throws MalformedImageException {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonNode map = object(object, field).orElse(MAPPER.createObjectNode());
    for (Map.Entry<String, JsonNode> item : map.properties()) {
      if (!item.getValue().isTextual()) {
        throw malformed(
            field + "." + item.getKey(),
            "found a JSON %s, wanted a string".formatted(item.getValue().getNodeType()));
      }
      texts.put(item.getKey(), item.getValue().textValue());
    }
    return texts;
  }

  public Optional<JsonNode> object(JsonNode object, String field) throws MalformedImageException {
    JsonNode node = object.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isObject()) {
      throw malformed(field, "found a JSON %s, wanted an object".formatted(node.getNodeType()));
    }
    return Optional.of(node);
  }

  /// A list; absent and null mean empty.
  public List<JsonNode> list(JsonNode object, String field, int most)
      throws MalformedImageException {
    JsonNode node = object.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return List.of();
    }
    if (!node.isArray()) {
      throw malformed(field, "found a JSON %s, wanted a list".formatted(node.getNodeType()));
    }
    if (node.size() > most) {
      throw malformed(field, "it has %d entries, at most %d may be".formatted(node.size(), most));
    }
    List<JsonNode> items = new ArrayList<>();
    node.forEach(items::add);
    return items;
  }

  long size(JsonNode object, String field) throws MalformedImageException {
    JsonNode node = object.path(field);
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw malformed(field, "found %s, wanted a whole number of bytes".formatted(shown(node)));
    }
    return node.longValue();
  }

  public Digest digest(String field, String text) throws MalformedImageException {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw malformed(field, String.valueOf(e.getMessage()));
    }
  }

  private static String shown(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
