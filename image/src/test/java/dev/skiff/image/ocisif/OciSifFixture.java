package dev.skiff.image.ocisif;

import dev.skiff.image.oci.Digest;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.NewObject;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.SifEditor;
import dev.skiff.image.sif.SifEditor.Launch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A SIF file as `singularity pull --oci` writes it: layers, configuration, manifest, root index.
final class OciSifFixture {

  static final String SQUASHFS = "application/vnd.sylabs.image.layer.v1.squashfs";
  static final String EXT3 = "application/vnd.sylabs.image.layer.v1.ext3";

  private final SifEditor sif;
  private final List<String> layers = new ArrayList<>();
  final List<String> diffIds = new ArrayList<>();
  String run = "{\"Env\":[\"A=b\"],\"Entrypoint\":[\"/bin/sh\"]}";
  String platform = "\"architecture\":\"%s\",\"os\":\"linux\"";

  OciSifFixture(Path file) throws IOException {
    sif = SifEditor.create(file, new UUID(0, 0), Launch.NOTHING, 5);
  }

  OciSifFixture layer(String mediaType, byte[] bytes) throws IOException {
    layers.add(descriptor(mediaType, bytes, ""));
    diffIds.add("\"" + Digest.sha256(bytes) + "\"");
    add(ObjectType.OCI_BLOB, bytes);
    return this;
  }

  /// Writes configuration, manifest and index.
  void finish(String architecture) throws IOException {
    String machine = platform.formatted(architecture);
    byte[] config =
        bytes(
            "{%s,\"config\":%s,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
                .formatted(machine, run, String.join(",", diffIds)));
    add(ObjectType.OCI_BLOB, config);
    byte[] manifest =
        bytes(
            "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
                .formatted(
                    descriptor("application/vnd.oci.image.config.v1+json", config, ""),
                    String.join(",", layers)));
    add(ObjectType.OCI_BLOB, manifest);
    String mediaType = "application/vnd.oci.image.manifest.v1+json";
    byte[] signature = bytes("{}");
    String index =
        "{\"schemaVersion\":2,\"manifests\":[%s,%s]}"
            .formatted(
                descriptor(
                    mediaType,
                    signature,
                    ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"_cosign:x.sig\"}"),
                descriptor(mediaType, manifest, ",\"platform\":{" + machine + "}"));
    add(ObjectType.OCI_ROOT_INDEX, bytes(index));
    sif.close();
  }

  private void add(ObjectType type, byte[] bytes) throws IOException {
    var _ = sif.add(NewObject.of(type, new Extra.None()), new ByteArrayInputStream(bytes), 5);
  }

  private static String descriptor(String mediaType, byte[] bytes, String more) {
    return "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"%s}"
        .formatted(mediaType, bytes.length, Digest.sha256(bytes), more);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
