package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.runtime.config.Configuration;
import dev.skiff.runtime.config.Given;
import dev.skiff.runtime.config.ProfileKey;
import dev.skiff.runtime.config.Setting;
import dev.skiff.runtime.config.SettingValue;
import dev.skiff.runtime.config.SiteProfile;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Settings for programs: under its name, each has its value, or none where nobody sets it.
public final class ConfigJson {

  private ConfigJson() {}

  /// One object with a member for each setting.
  public static String of(Configuration configuration, List<Setting> settings) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    for (Setting setting : settings) {
      ObjectNode node = root.putObject(setting.name());
      configuration.effective(setting).ifPresent(value -> put(node, "value", value));
      node.put("default", setting.fallback());
      node.put("meaning", setting.meaning());
      ArrayNode variables = node.putArray("variables");
      setting.variables().forEach(variables::add);
      ArrayNode from = node.putArray("from");
      for (Given given : configuration.all(setting)) {
        ObjectNode one = from.addObject();
        one.put("layer", word(given.layer()));
        one.put("place", given.place());
        put(one, "value", given.value());
      }
    }
    return root.toPrettyString();
  }

  static String word(Given.Layer layer) {
    return layer.name().toLowerCase(Locale.ROOT);
  }

  private static void put(ObjectNode node, String name, SettingValue value) {
    switch (value) {
      case SettingValue.Word(String word) -> node.put(name, ConfigListing.redacted(word));
      case SettingValue.Words(List<String> words) -> fill(node.putArray(name), words);
      case SettingValue.Table(Map<String, List<String>> rows) -> {
        ObjectNode table = node.putObject(name);
        rows.forEach((host, words) -> fill(table.putArray(host), words));
      }
      case SettingValue.Profiles(Map<String, SiteProfile> profiles) -> {
        ObjectNode table = node.putObject(name);
        profiles.forEach((profile, said) -> put(table.putObject(profile), said));
      }
    }
  }

  private static void put(ObjectNode node, SiteProfile profile) {
    profile
        .words()
        .forEach((key, words) -> {
          if (key.form() == ProfileKey.Form.WORD) {
            node.put(key.name(), words.getFirst());
          } else {
            fill(node.putArray(key.name()), words);
          }
        });
    if (!profile.gpuTypes().isEmpty()) {
      ObjectNode types = node.putObject(ProfileKey.GPU_TYPES.name());
      profile.gpuTypes().forEach(types::put);
    }
  }

  private static void fill(ArrayNode list, List<String> words) {
    words.forEach(list::add);
  }
}
