package dev.skiff.builder.registry;

import dev.skiff.image.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// An image made for a test: the bytes of its manifest, its configuration and its layers.
public final class TestImage {

  /// How a layer is stored.
  public enum Packing {
    PLAIN,
    GZIP,
    ZSTD
  }

  private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
  private final List<String> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private final String architecture;
  private String environment = "";

  public TestImage(String architecture) {
    this.architecture = architecture;
  }

  /// Adds a layer of one file.
  public TestImage layer(Packing packing, String path, byte[] content) throws IOException {
    byte[] tar = tar(path, content);
    byte[] stored =
        switch (packing) {
          case PLAIN -> tar;
          case GZIP -> gzip(tar);
          case ZSTD -> zstd(tar);
        };
    String suffix =
        switch (packing) {
          case PLAIN -> "";
          case GZIP -> "+gzip";
          case ZSTD -> "+zstd";
        };
    diffIds.add('"' + Digest.sha256(tar).toString() + '"');
    layers.add(descriptor("application/vnd.oci.image.layer.v1.tar" + suffix, blob(stored)));
    return this;
  }

  public TestImage layer(Packing packing, String path, String content) throws IOException {
    return layer(packing, path, bytes(content));
  }

  /// Adds a variable of the configuration.
  public TestImage env(String variable) {
    environment += ",\"" + variable + '"';
    return this;
  }

  /// All blobs: the configuration and the layers.
  public Map<Digest, byte[]> blobs() {
    return blobs;
  }

  private byte[] blob(byte[] bytes) {
    blobs.put(Digest.sha256(bytes), bytes);
    return bytes;
  }

  public byte[] ociManifest() {
    return manifest(
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.config.v1+json");
  }

  public byte[] dockerManifest() {
    return manifest(
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.container.image.v1+json");
  }

  private byte[] manifest(String type, String configType) {
    String config =
        """
        {"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"%s],"Cmd":["sh"],\
        "Labels":{"b":"2","a":"1"}},"rootfs":{"type":"layers","diff_ids":[%s]}}\
        """
            .formatted(architecture, environment, String.join(",", diffIds));
    return bytes(
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                type, descriptor(configType, blob(bytes(config))), String.join(",", layers)));
  }

  /// A descriptor's JSON.
  public static String descriptor(String type, byte[] bytes) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, Digest.sha256(bytes), bytes.length);
  }

  /// The same descriptor with more members.
  public static String with(String descriptor, String members) {
    return descriptor.substring(0, descriptor.length() - 1) + "," + members + "}";
  }

  public static byte[] index(String... descriptors) {
    return bytes(
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}\
        """
            .formatted(String.join(",", descriptors)));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /// A frame of blocks that are stored as they are.
  private static byte[] zstd(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, (byte) 0xA0});
    littleEndian(out, bytes.length, 4);
    int block = 1 << 17;
    for (int at = 0; at < bytes.length; at += block) {
      int length = Math.min(block, bytes.length - at);
      int last = at + length == bytes.length ? 1 : 0;
      littleEndian(out, length << 3 | last, 3);
      out.write(bytes, at, length);
    }
    return out.toByteArray();
  }

  private static void littleEndian(ByteArrayOutputStream out, int value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write(value >> (8 * i));
    }
  }

  private static byte[] tar(String path, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, path);
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, "%011o\0".formatted(content.length));
    put(header, 136, "00000000000\0");
    put(header, 148, "        0");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(-content.length & 511) + 1024]);
    return tar.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] value = bytes(text);
    System.arraycopy(value, 0, header, at, value.length);
  }
}
