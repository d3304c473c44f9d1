package dev.skiff.cli.output;

import dev.skiff.runtime.config.Configuration;
import dev.skiff.runtime.config.Given;
import dev.skiff.runtime.config.Setting;
import dev.skiff.runtime.config.Setting.Reach;
import dev.skiff.runtime.config.SettingValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Settings for people.
public final class ConfigListing {

  private ConfigListing() {}

  /// A line for each setting: name, who says so, value.
  public static String list(Configuration configuration) {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"SETTING", "FROM", "VALUE"});
    for (Setting setting : Setting.ALL) {
      List<Given> all = configuration.all(setting);
      String value =
          configuration.effective(setting).map(SettingValue::text).orElse(setting.fallback());
      lines.add(
          new String[] {
            setting.name(), all.isEmpty() ? "default" : from(setting, all), redacted(value)
          });
    }
    String form = "%-" + widest(lines, 0) + "s  %-" + widest(lines, 1) + "s  %s%n";
    return lines.stream().map(form::formatted).collect(Collectors.joining());
  }

  /// Values that are joined come from all their places.
  private static String from(Setting setting, List<Given> all) {
    boolean joined =
        setting.isTable()
            || all.getLast().value() instanceof SettingValue.Words
            || all.getLast().value() instanceof SettingValue.Profiles;
    return joined && all.getLast().layer() != Given.Layer.ENVIRONMENT
        ? all.stream().map(Given::place).collect(Collectors.joining(", "))
        : all.getLast().place();
  }

  private static int widest(List<String[]> lines, int column) {
    return lines.stream().mapToInt(line -> line[column].length()).max().orElse(0);
  }

  /// A paragraph for each setting.
  public static String explain(Configuration configuration, List<Setting> settings) {
    return settings.stream()
        .map(setting -> paragraph(configuration, setting))
        .collect(Collectors.joining("\n"));
  }

  private static String paragraph(Configuration configuration, Setting setting) {
    StringBuilder text = new StringBuilder();
    text.append("%s: %s%n".formatted(setting.name(), setting.meaning()));
    text.append("  may be:   %s%n".formatted(form(setting)));
    text.append("  example:  %s: %s%n".formatted(setting.name(), setting.type().example()));
    text.append("  default:  %s%n".formatted(setting.fallback()));
    if (!setting.variables().isEmpty()) {
      text.append("  variable: %s%n".formatted(String.join(", ", setting.variables())));
    }
    if (setting.reach() == Reach.OWN_FILES) {
      text.append("  trust:    not taken from a project's file that others can write\n");
    }
    for (Given given : configuration.all(setting)) {
      text.append(
          "  set by:   %s (%s): %s%n"
              .formatted(
                  given.place(), ConfigJson.word(given.layer()), redacted(given.value().text())));
    }
    configuration
        .effective(setting)
        .ifPresent(value -> text.append("  holds:    %s%n".formatted(redacted(value.text()))));
    return text.toString();
  }

  private static String form(Setting setting) {
    return switch (setting.type().shape()) {
      case WORD, PATH -> setting.type().form();
      case LIST -> "a list, each " + setting.type().form();
      case PROFILES -> "for each profile some of: " + setting.type().form();
      case PATHS_OF_HOSTS -> "for each registry %s".formatted(setting.type().form());
      case LISTS_OF_HOSTS -> "for each registry a list of %s".formatted(setting.type().form());
    };
  }

  /// A value in which no password of an address can be read.
  public static String redacted(String value) {
    return value.replaceAll("://[^/@\\s]*@", "://***@");
  }
}
