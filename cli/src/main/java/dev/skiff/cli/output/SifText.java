package dev.skiff.cli.output;

import dev.skiff.cli.output.Terminal.Kind;
import dev.skiff.definitions.problem.VisibleText;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifHeader;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// What a SIF file holds, as `apptainer sif` prints it: scripts read these columns.
public final class SifText {

  private static final String RULE = "-".repeat(78) + "\n";
  private static final String NONE = "NONE";
  private static final UUID NO_ID = new UUID(0, 0);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss '+0000 UTC'", Locale.ROOT);

  private SifText() {}

  /// One row an object.
  public static String list(List<SifDescriptor> objects) {
    StringBuilder text = new StringBuilder(RULE);
    text.append(row("ID", "|GROUP", "|LINK", "|SIF POSITION (start-end)", "|TYPE")).append(RULE);
    for (SifDescriptor object : objects) {
      text.append(
          row(
              Integer.toUnsignedString(object.id()),
              "|" + (object.group() == 0 ? NONE : object.group()),
              "|" + link(object, "%-3d (G)"),
              "|%d-%d".formatted(object.offsetBytes(), object.offsetBytes() + object.sizeBytes()),
              "|" + type(object)));
    }
    return text.toString();
  }

  private static String row(String id, String group, String link, String position, String type) {
    return "%-4s %-8s %-8s %-26s %s\n".formatted(id, group, link, position, type);
  }

  private static String link(SifDescriptor object, String group) {
    if (object.link() == 0) {
      return NONE;
    }
    return switch (object.linkKind()) {
      case OBJECT -> Integer.toString(object.link());
      case GROUP -> group.formatted(object.link());
    };
  }

  private static String type(SifDescriptor object) {
    String more =
        switch (object.extra()) {
          case Extra.Partition(var fileSystem, var type, var architecture) ->
              " (%s/%s/%s)".formatted(fileSystem.label(), type.label(), architecture.goName());
          case Extra.Signature signature -> " (" + signature.hash().label() + ")";
          case Extra.CryptoMessage message ->
              " (%s/%s)".formatted(message.formatLabel(), message.messageLabel());
          case Extra.Sbom sbom -> " (" + sbom.format().label() + ")";
          case Extra.OciDigest _, Extra.None _ -> "";
        };
    return object.type().label() + more;
  }

  /// The file's header.
  ///
  /// @param kind of the stream it goes to
  public static String header(SifHeader header, Kind kind) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (!header.launchScript().isEmpty()) {
      fields.put("Launch Script", shown(header.launchScript().stripTrailing(), kind));
    }
    fields.put("Version", "01");
    if (header.architecture() != Architecture.UNKNOWN) {
      fields.put("Primary Architecture", header.architecture().goName());
    }
    if (!header.id().equals(NO_ID)) {
      fields.put("ID", header.id().toString());
    }
    putTimes(fields, header.createdSeconds(), header.modifiedSeconds());
    fields.put("Descriptors Free", Long.toString(header.descriptorsFree()));
    fields.put("Descriptors Total", Long.toString(header.descriptorsTotal()));
    fields.put("Descriptors Offset", Long.toString(header.descriptorsOffsetBytes()));
    fields.put("Descriptors Size", size(header.descriptorsBytes()));
    fields.put("Data Offset", Long.toString(header.dataOffsetBytes()));
    fields.put("Data Size", size(header.dataSizeBytes()));
    return columns("", 1, fields);
  }

  /// One object.
  ///
  /// @param kind of the stream it goes to
  public static String info(SifDescriptor object, Kind kind) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Data Type", object.type().label());
    fields.put("ID", Integer.toUnsignedString(object.id()));
    fields.put("Group ID", object.group() == 0 ? NONE : Integer.toString(object.group()));
    fields.put("Linked ID", link(object, "%d (G)"));
    fields.put("Offset", Long.toString(object.offsetBytes()));
    fields.put("Size", Long.toString(object.sizeBytes()));
    putTimes(fields, object.createdSeconds(), object.modifiedSeconds());
    if (!object.name().isEmpty()) {
      fields.put("Name", shown(object.name(), kind));
    }
    switch (object.extra()) {
      case Extra.Partition(var fileSystem, var type, var architecture) -> {
        fields.put("Filesystem Type", fileSystem.label());
        fields.put("Partition Type", type.label());
        fields.put("Architecture", architecture.goName());
      }
      case Extra.Signature signature -> {
        fields.put("Hash Type", signature.hash().label());
        if (signature.hasFingerprint()) {
          fields.put("Entity", signature.fingerprint());
        }
      }
      case Extra.CryptoMessage message -> {
        fields.put("Format Type", message.formatLabel());
        fields.put("Message Type", message.messageLabel());
      }
      case Extra.Sbom sbom -> fields.put("Format", sbom.format().label());
      case Extra.OciDigest oci -> fields.put("Digest", shown(oci.digest(), kind));
      case Extra.None _ -> {}
    }
    return columns("  ", 2, fields);
  }

  private static void putTimes(Map<String, String> fields, long created, long modified) {
    if (created != SifHeader.NO_TIME_SECONDS) {
      fields.put("Created At", time(created));
    }
    if (modified != SifHeader.NO_TIME_SECONDS) {
      fields.put("Modified At", time(modified));
    }
  }

  /// A file may say any number.
  static String time(long seconds) {
    try {
      return TIME.format(Instant.ofEpochSecond(seconds).atOffset(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return seconds + " seconds";
    }
  }

  private static String columns(String indent, int gap, Map<String, String> fields) {
    int widest = fields.keySet().stream().mapToInt(String::length).max().orElse(0) + 1 + gap;
    StringBuilder text = new StringBuilder();
    fields.forEach((name, value) -> {
      String label = name + ":";
      text.append(indent).append(label).append(" ".repeat(widest - label.length()));
      text.append(value).append('\n');
    });
    return text.toString();
  }

  /// `27 KiB`: rounded, as the peer rounds.
  static String size(long bytes) {
    if (bytes > -1024 && bytes < 1024) {
      return bytes + " B";
    }
    long divisor = 1024;
    int unit = 0;
    for (long rest = bytes / 1024; rest <= -1024 || rest >= 1024; rest /= 1024) {
      divisor *= 1024;
      unit++;
    }
    long rounded = Math.round(bytes / (double) divisor);
    return rounded + " " + "KMGTPE".charAt(unit) + "iB";
  }

  /// A file may hold anything, and a terminal obeys some of it; a line end would be a field more.
  private static String shown(String text, Kind kind) {
    return kind.isTerminal() ? VisibleText.line(text) : text;
  }
}
