package dev.skiff.runtime.config;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.Given.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Everything that is set, and by whom: site, user and project, each over the one before, and the
/// environment over all.
public final class Configuration {

  private final Map<Setting, List<Given>> given;
  private final List<Problem> warnings;

  private Configuration(Map<Setting, List<Given>> given, List<Problem> warnings) {
    this.given = given;
    this.warnings = List.copyOf(warnings);
  }

  /// Reads all files that there are.
  ///
  /// @throws ProblemException if one cannot be read or says something that means nothing; what is
  ///   wrong in a project's file of somebody else is a warning
  public static Configuration load(ConfigPlaces places) {
    Configuration configuration = new Configuration(new LinkedHashMap<>(), List.of());
    List<Problem> warnings = new ArrayList<>();
    Map<String, String> environment = places.environment();
    if (places.named().isPresent()) {
      configuration.add(ConfigFile.read(places.named().get(), Layer.NAMED, environment));
    } else {
      if (places.siteIsNamed() || Files.exists(places.site())) {
        configuration.add(ConfigFile.read(places.site(), Layer.SITE, environment));
      }
      places
          .user()
          .filter(Files::exists)
          .ifPresent(own -> configuration.add(ConfigFile.read(own, Layer.USER, environment)));
      places.project().ifPresent(file -> configuration.add(ofProject(file, places, warnings)));
    }
    configuration.add(ofVariables(environment));
    return new Configuration(configuration.given, warnings);
  }

  private void add(Map<Setting, Given> layer) {
    layer.forEach(
        (setting, value) -> given.computeIfAbsent(setting, _ -> new ArrayList<>()).add(value));
  }

  private static Map<Setting, Given> ofProject(
      Path file, ConfigPlaces places, List<Problem> warnings) {
    if (isOwn(file, places)) {
      return ConfigFile.read(file, Layer.PROJECT, places.environment());
    }
    try {
      Map<Setting, Given> harmless =
          new LinkedHashMap<>(ConfigFile.read(file, Layer.PROJECT, places.environment()));
      List<Setting> left =
          harmless.keySet().stream().filter(s -> s.reach() == Setting.Reach.OWN_FILES).toList();
      if (!left.isEmpty()) {
        String names = left.stream().map(Setting::name).collect(Collectors.joining(", "));
        warnings.add(ConfigProblems.foreign(file, names));
      }
      left.forEach(harmless::remove);
      return harmless;
    } catch (ProblemException e) { // a file that anybody could put there must not stop us
      warnings.add(ConfigProblems.foreignAndBroken(file, e.problem()));
      return Map.of();
    }
  }

  private static boolean isOwn(Path file, ConfigPlaces places) {
    try {
      return places.isOwn(file);
    } catch (IOException e) {
      return false;
    }
  }

  private static Map<Setting, Given> ofVariables(Map<String, String> environment) {
    Map<Setting, Given> layer = new LinkedHashMap<>();
    for (Setting setting : Setting.ALL) {
      for (String variable : setting.variables()) {
        String text = environment.getOrDefault(variable, "");
        if (!text.isEmpty()) {
          layer.put(
              setting, new Given(value(setting, variable, text), Layer.ENVIRONMENT, variable));
          break;
        }
      }
    }
    return layer;
  }

  private static SettingValue value(Setting setting, String variable, String text) {
    if (setting.type().shape() == ValueType.Shape.LIST) {
      return new SettingValue.Words(List.of(text.strip().split("[,\\s]+")));
    }
    boolean ours = variable.contains("_") && variable.matches("(SKIFF|APPTAINER|SINGULARITY)_.*");
    boolean path = setting.type().shape() == ValueType.Shape.PATH;
    if (!ours || path) {
      return new SettingValue.Word(text); // what others set for all programs is taken as it is
    }
    try {
      return new SettingValue.Word(setting.type().read().apply(text));
    } catch (IllegalArgumentException e) {
      throw ConfigProblems.badVariable(variable, setting, text, String.valueOf(e.getMessage()));
    }
  }

  /// Everybody who sets it, the lowest first.
  public List<Given> all(Setting setting) {
    return List.copyOf(given.getOrDefault(setting, List.of()));
  }

  /// What holds, if anybody sets it. Lists and tables of files are joined; a variable stands alone.
  public Optional<SettingValue> effective(Setting setting) {
    Optional<SettingValue> effective = Optional.empty();
    for (Given one : all(setting)) {
      SettingValue value = one.value();
      boolean alone = one.layer() == Layer.ENVIRONMENT;
      effective = Optional.of(alone ? value : effective.map(value::over).orElse(value));
    }
    return effective;
  }

  /// What was passed over, to be told once.
  public List<Problem> warnings() {
    return warnings;
  }

  /// The settings in force.
  public SkiffConfig settings() {
    return SkiffConfig.of(this);
  }

  /// An environment in which variables say what only files say: what lies below looks there.
  public Map<String, String> environment(Map<String, String> own) {
    Map<String, String> both = new HashMap<>(own);
    for (Setting setting : Setting.ALL) {
      boolean said = all(setting).stream().anyMatch(one -> one.layer() == Layer.ENVIRONMENT);
      if (!said && !setting.variables().isEmpty()) {
        String variable = setting.variables().getFirst();
        effective(setting).ifPresent(value -> both.put(variable, inVariable(value)));
      }
    }
    return both;
  }

  private static String inVariable(SettingValue value) {
    return switch (value) {
      case SettingValue.Word(String word) -> word;
      case SettingValue.Words(List<String> words) -> String.join(",", words);
      case SettingValue.Table table -> table.text(); // none has a variable
      case SettingValue.Profiles profiles -> profiles.text(); // nor has this
    };
  }

  Optional<String> word(Setting setting) {
    return effective(setting)
        .map(value -> value instanceof SettingValue.Word(String word) ? word : value.text());
  }

  List<String> words(Setting setting) {
    return effective(setting).orElse(null) instanceof SettingValue.Words(List<String> words)
        ? words
        : List.of();
  }

  /// The profiles of sites, by name.
  public Map<String, SiteProfile> profiles() {
    return effective(Setting.PROFILES).orElse(null) instanceof SettingValue.Profiles(var profiles)
        ? profiles
        : Map.of();
  }

  Map<String, List<String>> rows(Setting setting) {
    return effective(setting).orElse(null) instanceof SettingValue.Table(var rows)
        ? rows
        : Map.of();
  }
}
