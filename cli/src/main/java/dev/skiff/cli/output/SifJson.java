package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifHeader;
import java.util.List;

/// What a SIF file holds, for programs. Sizes and offsets are bytes, times seconds since 1970; a
/// group or link of 0 is none.
public final class SifJson {

  private SifJson() {}

  /// One object, whose `objects` are in the order of their slots.
  public static String list(List<SifDescriptor> objects) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    var list = root.putArray("objects");
    objects.forEach(object -> fill(list.addObject(), object));
    return root.toPrettyString();
  }

  /// One object.
  public static String info(SifDescriptor object) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    fill(root, object);
    return root.toPrettyString();
  }

  /// The file's header.
  public static String header(SifHeader header) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("launchScript", header.launchScript());
    root.put("version", "01");
    root.put("architecture", header.architecture().goName());
    root.put("id", header.id().toString());
    root.put("created", header.createdSeconds());
    root.put("modified", header.modifiedSeconds());
    root.put("descriptorsFree", header.descriptorsFree());
    root.put("descriptorsTotal", header.descriptorsTotal());
    root.put("descriptorsOffset", header.descriptorsOffsetBytes());
    root.put("descriptorsSize", header.descriptorsBytes());
    root.put("dataOffset", header.dataOffsetBytes());
    root.put("dataSize", header.dataSizeBytes());
    return root.toPrettyString();
  }

  private static void fill(ObjectNode node, SifDescriptor object) {
    node.put("id", Integer.toUnsignedLong(object.id()));
    node.put("type", object.type().label());
    node.put("group", object.group());
    node.put(
        object.linkKind() == SifDescriptor.LinkKind.GROUP ? "linkedGroup" : "link", object.link());
    node.put("offset", object.offsetBytes());
    node.put("size", object.sizeBytes());
    node.put("created", object.createdSeconds());
    node.put("modified", object.modifiedSeconds());
    node.put("name", object.name());
    switch (object.extra()) {
      case Extra.Partition(var fileSystem, var type, var architecture) -> {
        node.put("fileSystem", fileSystem.label());
        node.put("partition", type.label());
        node.put("architecture", architecture.goName());
      }
      case Extra.Signature signature -> {
        node.put("hash", signature.hash().label());
        node.put("entity", signature.hasFingerprint() ? signature.fingerprint() : "");
      }
      case Extra.CryptoMessage message -> {
        node.put("format", message.formatLabel());
        node.put("message", message.messageLabel());
      }
      case Extra.Sbom sbom -> node.put("format", sbom.format().label());
      case Extra.OciDigest oci -> node.put("digest", oci.digest());
      case Extra.None _ -> {}
    }
  }
}
