package dev.skiff.builder.push;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A SIF file in a registry, in the form that Apptainer and SingularityCE write and read: a
/// manifest with an empty configuration and the file as its one layer.
public final class SifArtifact {

  static final String CONFIG = "application/vnd.sylabs.sif.config.v1+json";
  static final String LAYER = "application/vnd.sylabs.sif.layer.v1.sif";
  private static final String TITLE = "org.opencontainers.image.title";
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.US_ASCII);

  private SifArtifact() {}

  /// The bytes of its configuration.
  static byte[] configuration() {
    return EMPTY.clone();
  }

  static Descriptor config() {
    return Descriptor.of(CONFIG, Digest.sha256(EMPTY), EMPTY.length);
  }

  static Descriptor layer(Digest digest, long sizeBytes) {
    return Descriptor.of(LAYER, digest, sizeBytes);
  }

  /// The manifest's bytes; those of Apptainer for the same file of the same name.
  static byte[] manifest(Descriptor layer, String title) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schemaVersion", 2);
    root.put("mediaType", MediaTypes.OCI_MANIFEST);
    put(root.putObject("config"), config());
    ObjectNode node = root.putArray("layers").addObject();
    put(node, layer);
    node.putObject("annotations").put(TITLE, title);
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  static void put(ObjectNode node, Descriptor descriptor) {
    node.put("mediaType", descriptor.mediaType());
    node.put("size", descriptor.sizeBytes());
    node.put("digest", descriptor.digest().toString());
  }

  /// The SIF file that a manifest names, if it is such an artefact.
  public static Optional<Descriptor> find(Manifest manifest) {
    return manifest instanceof Manifest.ImageManifest image
        ? image.layers().stream().filter(layer -> isSif(layer.mediaType())).findFirst()
        : Optional.empty();
  }

  /// Older versions wrote their own media types.
  private static boolean isSif(String mediaType) {
    return mediaType.equals(LAYER)
        || mediaType.equals("appliciation/vnd.sylabs.sif.layer.tar") // their spelling
        || mediaType.equals("application/vnd.sylabs.sif.layer.tar");
  }
}
