package dev.skiff.builder.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// How the OCI image that a SIF file was made of wanted to be run, as the file keeps it.
final class StoredConfig {

  private static final String OBJECT = "oci-config.json";

  private StoredConfig() {}

  /// The `config` member of its configuration; an empty object if the file has none.
  static JsonNode of(Path file) throws IOException {
    if (ImageKind.of(file) == ImageKind.SIF) {
      try (SifReader sif = SifReader.open(file)) {
        Optional<SifDescriptor> object = sif.find(ObjectType.JSON, OBJECT);
        if (object.isPresent()) {
          return new JsonDocument(OBJECT + " of " + file)
              .read(sif.bytes(object.get(), ImageConfig.LARGEST_BYTES), JsonNodeType.OBJECT);
        }
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }

  /// The same as a configuration without layers.
  static Optional<ImageConfig> parsed(Path file) throws IOException {
    JsonNode run = of(file);
    if (run.isEmpty()) {
      return Optional.empty();
    }
    JsonNode whole = JsonNodeFactory.instance.objectNode().set("config", run);
    byte[] json = whole.toString().getBytes(StandardCharsets.UTF_8);
    return Optional.of(ImageConfig.parse(OBJECT + " of " + file, json));
  }
}
