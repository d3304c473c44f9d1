package dev.skiff.builder.metadata;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skiff.definitions.syntax.Header;
import dev.skiff.definitions.syntax.Section.Label;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The labels of an image, sorted by key, and what was refused on the way to them.
///
/// @param refused keys that were there with another value, and therefore kept that
public record Labels(SortedMap<String, String> values, List<String> refused) {

  public Labels {
    values = new TreeMap<>(values);
    refused = List.copyOf(refused);
  }

  /// Whether a label of the definition replaces one that is there already.
  public enum Collision {
    KEEP,
    REPLACE
  }

  /// Labels that a base image brought along.
  public static Labels of(Map<String, String> inherited) {
    return new Labels(new TreeMap<>(inherited), List.of());
  }

  /// Labels as `labels.json` has them. Values that are no text are kept as JSON writes them.
  ///
  /// @throws JsonProcessingException if it is no JSON object
  public static Labels parse(String json) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, Object> found = mapper.readValue(json, new TypeReference<Map<String, Object>>() {});
    SortedMap<String, String> values = new TreeMap<>();
    found.forEach((key, value) -> values.put(key, String.valueOf(value)));
    return new Labels(values, List.of());
  }

  /// These labels and those that every image has; the latter replace what is there.
  ///
  /// @param built when, in whole seconds
  /// @param architecture as Go and OCI name it, such as `amd64`
  public Labels withDefaults(Instant built, String architecture, String version) {
    TreeMap<String, String> all = new TreeMap<>(values);
    all.put("org.label-schema.schema-version", "1.0");
    all.put("org.label-schema.build-date", buildDate(built));
    all.put("org.label-schema.build-arch", architecture);
    all.put("org.label-schema.usage.apptainer.version", version);
    all.put("org.opencontainers.image.created", built.toString());
    all.put("org.opencontainers.image.architecture", architecture);
    return new Labels(all, refused);
  }

  /// These labels and one for each header key.
  public Labels withHeader(Header header) {
    TreeMap<String, String> all = new TreeMap<>(values);
    for (Header.Entry entry : header.entries()) {
      all.put("org.label-schema.usage.singularity.deffile." + entry.name(), entry.value());
    }
    return new Labels(all, refused);
  }

  /// These labels and the two that say where the help is.
  public Labels withHelp() {
    TreeMap<String, String> all = new TreeMap<>(values);
    all.put("org.label-schema.usage", Skeleton.HELP);
    all.put("org.label-schema.usage.apptainer.runscript.help", Skeleton.HELP);
    return new Labels(all, refused);
  }

  /// These labels and those of a `%labels` section.
  public Labels with(List<Label> section, Collision collision) {
    TreeMap<String, String> added = new TreeMap<>();
    section.forEach(label -> added.put(label.key(), label.value()));
    return with(added, collision);
  }

  /// These labels and the lines that `%post` and `%setup` wrote to `$APPTAINER_LABELS`: the first
  /// word is the key, the rest its value.
  public Labels withBuildLines(String lines, Collision collision) {
    TreeMap<String, String> added = new TreeMap<>();
    for (String line : lines.split("\n", -1)) {
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        String[] words = text.split("\\s+", 2);
        added.put(words[0], words.length > 1 ? words[1] : "");
      }
    }
    return with(added, collision);
  }

  private Labels with(SortedMap<String, String> added, Collision collision) {
    TreeMap<String, String> all = new TreeMap<>(values);
    List<String> kept = new ArrayList<>(refused);
    added.forEach((key, value) -> {
      if (collision == Collision.REPLACE || !all.containsKey(key)) {
        all.put(key, value);
      } else if (!value.equals(all.get(key))) {
        kept.add(key);
      }
    });
    return new Labels(all, kept);
  }

  /// `labels.json`: sorted, indented by a tab.
  public String json() {
    return GoJson.indented(values);
  }

  /// `Saturday_21_November_2026_22:2:54_UTC`: minutes and seconds are not padded.
  private static String buildDate(Instant built) {
    ZonedDateTime at = built.atZone(ZoneOffset.UTC);
    return "%s_%d_%s_%d_%d:%d:%d_UTC"
        .formatted(
            at.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
            at.getDayOfMonth(),
            at.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
            at.getYear(),
            at.getHour(),
            at.getMinute(),
            at.getSecond());
  }
}
