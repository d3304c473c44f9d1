package dev.skiff.builder.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.image.MalformedImageException;
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
public final class StoredConfig {

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
  public static Optional<ImageConfig> parsed(Path file) throws IOException {
    JsonNode run = of(file);
    return run.isEmpty()
        ? Optional.empty()
        : Optional.of(withoutLayers(OBJECT + " of " + file, run.toString()));
  }

  /// A configuration that says no more than how an image wants to be run.
  ///
  /// @param name what it is of, for messages
  static ImageConfig withoutLayers(String name, String runJson) throws MalformedImageException {
    String whole = "{\"config\":" + runJson + "}";
    return ImageConfig.parse(name, whole.getBytes(StandardCharsets.UTF_8));
  }
}
