package dev.skiff.runtime.config;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.Given.Layer;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One change to the caller's own file. The new text is read before it takes the old one's place:
/// it has to say what was wanted, and otherwise what it said before.
///
/// @param places where the file lies, and what its paths are filled from
/// @param key as typed
/// @param setting what it names
/// @param row the registry, for one row of a table
public record ConfigEdit(ConfigPlaces places, String key, Setting setting, Optional<String> row) {

  /// Reads `NAME`, or `NAME.HOST` of a setting that has a value for each registry.
  ///
  /// @throws ProblemException if there is no such setting
  public static ConfigEdit of(ConfigPlaces places, String key) {
    int dot = key.indexOf('.');
    String name = dot < 0 ? key : key.substring(0, dot);
    Setting setting = known(name);
    Optional<String> row = dot < 0 ? Optional.empty() : Optional.of(key.substring(dot + 1));
    if (row.isPresent() && !setting.isTable()) {
      throw unusable(key, "'%s' has one value, not one for each registry".formatted(name), setting);
    }
    try {
      row.ifPresent(ValueType::host);
    } catch (IllegalArgumentException e) {
      throw unusable(key, "'%s': %s".formatted(row.orElse(""), e.getMessage()), setting);
    }
    return new ConfigEdit(places, key, setting, row);
  }

  /// The setting of a name, for who typed it.
  ///
  /// @throws ProblemException if there is none
  public static Setting known(String name) {
    return Setting.named(name)
        .orElseThrow(() ->
            new ProblemException(
                new Problem(
                    "cannot find the setting '%s'".formatted(name),
                    ConfigProblems.noSetting(name),
                    ConfigProblems.nearest(name)),
                ExitCode.USAGE));
  }

  /// Sets it.
  ///
  /// @param typed one word, or several for a list; paths count from the working directory
  /// @return the file that was changed
  /// @throws ProblemException if a word means nothing, or the file cannot be changed so
  public Path set(List<String> typed) {
    if (setting.type().shape() == ValueType.Shape.PROFILES) {
      throw ConfigProblems.byHand(places.editable(), key, "a profile has many lines");
    }
    List<String> words = typed.stream().map(this::fromHere).toList();
    if (setting.isTable() && row.isEmpty()) {
      throw unusable(key, "it has a value for each registry", setting);
    }
    boolean list = setting.type().isList();
    if (!list && words.size() != 1) {
      throw unusable(key, "it has one value, %d were given".formatted(words.size()), setting);
    }
    List<String> checked = words.stream().map(this::checked).toList();
    Path file = target();
    String before = Files.exists(file) ? ConfigFile.text(file) : "";
    Map<Setting, SettingValue> wanted = values(file, before);
    wanted.put(setting, wanted(wanted.get(setting), checked, list));
    return write(file, new ConfigText(file, before).with(setting, row, words), wanted);
  }

  private SettingValue wanted(@Nullable SettingValue before, List<String> words, boolean list) {
    if (row.isEmpty()) {
      return list ? new SettingValue.Words(words) : new SettingValue.Word(words.getFirst());
    }
    Map<String, List<String>> rows = new LinkedHashMap<>();
    if (before instanceof SettingValue.Table(var old)) {
      rows.putAll(old);
    }
    rows.put(row.get(), words);
    return new SettingValue.Table(rows);
  }

  /// What is typed here counts from here, what stands in the file from there.
  private String fromHere(String word) {
    return setting.type().isPath() && word.matches("[^/~$].*")
        ? places.directory() + "/" + word.replaceFirst("^(\\./)+", "")
        : word;
  }

  private String checked(String word) {
    try {
      if (word.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException("it holds a control character");
      }
      Path folder = Optional.ofNullable(places.editable().getParent()).orElse(Path.of("/"));
      return ConfigFile.checked(setting, word, new PathText(folder, places.environment()));
    } catch (IllegalArgumentException e) {
      throw unusable(key, "'%s': %s".formatted(word, e.getMessage()), setting);
    }
  }

  /// Takes it out again.
  ///
  /// @return the file, or nothing if it does not set this
  public Optional<Path> unset() {
    Path file = target();
    String before = Files.exists(file) ? ConfigFile.text(file) : "";
    Map<Setting, SettingValue> wanted = values(file, before);
    Map<Setting, SettingValue> old = Map.copyOf(wanted);
    if (row.isPresent() && wanted.get(setting) instanceof SettingValue.Table(var rows)) {
      Map<String, List<String>> fewer = new LinkedHashMap<>(rows);
      fewer.remove(row.get());
      wanted.put(setting, new SettingValue.Table(fewer));
      if (fewer.isEmpty()) {
        wanted.remove(setting);
      }
    } else {
      wanted.remove(setting);
    }
    return wanted.equals(old)
        ? Optional.empty()
        : Optional.of(write(file, new ConfigText(file, before).without(setting, row), wanted));
  }

  private Map<Setting, SettingValue> values(Path file, String text) {
    Map<Setting, SettingValue> values = new HashMap<>();
    ConfigFile.parse(file, Layer.USER, places.environment(), text)
        .forEach((name, given) -> values.put(name, given.value()));
    return values;
  }

  /// The file itself, where the name is a symbolic link to it.
  private Path target() {
    Path file = places.editable();
    try {
      return Files.exists(file) ? file.toRealPath() : file;
    } catch (IOException e) {
      return file;
    }
  }

  private Path write(Path file, ConfigText changed, Map<Setting, SettingValue> wanted) {
    Map<Setting, SettingValue> found;
    try {
      found = values(file, changed.text());
    } catch (ProblemException e) {
      throw ConfigProblems.byHand(file, setting.name(), "the file has an unusual form");
    }
    if (!found.equals(wanted)) {
      throw ConfigProblems.byHand(file, setting.name(), "the file has an unusual form");
    }
    try {
      replace(file, changed.text());
      return file;
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot change the configuration '%s'".formatted(file),
              e.getClass().getSimpleName() + ": " + e.getMessage(),
              "look whether you can write there"),
          ExitCode.PROBLEM,
          e);
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of("."));
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("'%s' is no directory".formatted(folder), e);
    }
    Path part = Files.createTempFile(folder, ".skiff", ".yaml");
    try {
      Files.writeString(part, text);
      if (Files.exists(file)) {
        Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(file));
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static ProblemException unusable(String key, String why, Setting setting) {
    List<String> example = new ArrayList<>();
    String name = setting.name();
    switch (setting.type().shape()) {
      case LISTS_OF_HOSTS -> example.addAll(List.of(name + ".docker.io", "https://mirror.lab"));
      case PATHS_OF_HOSTS -> example.addAll(List.of(name + ".registry.lab", "/etc/ssl/lab.pem"));
      case LIST ->
          example.addAll(List.of(name, setting.type().example().replaceAll("[\\[\\],]", "")));
      case WORD, PATH, PROFILES -> example.addAll(List.of(name, setting.type().example()));
    }
    return new ProblemException(
        new Problem(
            "cannot set '%s'".formatted(key),
            why,
            "write for example: skiff config set " + String.join(" ", example)),
        ExitCode.USAGE);
  }
}
