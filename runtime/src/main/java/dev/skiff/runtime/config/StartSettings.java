package dev.skiff.runtime.config;

import dev.skiff.definitions.problem.SourceSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The few settings that the start of a container asks for: which drivers every container gets.
///
/// A container starts in less time than it takes to load a YAML reader. So lines `NAME: VALUE` are
/// looked for in the text, and only a file of another form is read whole. A file that cannot be
/// read sets nothing here; all other commands say so.
public final class StartSettings {

  /// Their names: where no file says one of them, no start waits until all settings are made.
  static final List<String> ASKED = List.of("nv", "rocm", "nvidia-driver-root");

  private static final String UNUSUAL = "{\"'?[&!|>%-";

  private final Map<String, String> environment;
  private final ConfigPlaces places;

  private StartSettings(Map<String, String> environment) {
    this.environment = environment;
    this.places = new ConfigPlaces(environment, Path.of(""), 0);
  }

  /// The caller's variables, with one more for each of these settings that only a file of the
  /// site's or the user's says. A project's file is not asked.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException when one is set to what it cannot be
  public static Map<String, String> over(Map<String, String> environment) {
    return new StartSettings(environment).both();
  }

  private Map<String, String> both() {
    List<Path> files = new ArrayList<>(2);
    if (places.named().isPresent()) {
      files.add(places.named().get());
    } else {
      files.add(places.site());
      if (places.user().isPresent()) {
        files.add(places.user().get());
      }
    }
    Map<String, String> found = new HashMap<>();
    for (Path file : files) {
      read(file, found);
    }
    if (found.isEmpty()) {
      return environment;
    }
    Map<String, String> both = new HashMap<>(environment);
    for (Map.Entry<String, String> entry : found.entrySet()) {
      both.put(entry.getKey(), entry.getValue());
    }
    return both;
  }

  private void read(Path file, Map<String, String> found) {
    String text;
    try {
      text = Files.isRegularFile(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return;
    }
    int number = 0;
    int start = 0;
    while (start < text.length()) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      String line = text.substring(start, end);
      start = end + 1;
      number++;
      if (!line.isEmpty() && UNUSUAL.indexOf(line.charAt(0)) >= 0 && !line.startsWith("---")) {
        readWhole(file, text, found);
        return;
      }
      read(new SourceSpan(file.toString(), number, 1, 1, line), found);
    }
  }

  private void read(SourceSpan line, Map<String, String> found) {
    String text = line.text();
    for (String name : ASKED) {
      int colon = name.length();
      if (text.startsWith(name) && text.length() > colon && text.charAt(colon) == ':') {
        Setting setting = Setting.named(name).orElseThrow();
        if (isOpen(setting)) {
          set(setting, value(text.substring(colon + 1)), line, found);
        }
      }
    }
  }

  /// Without comment and quotes.
  private static String value(String text) {
    int comment = text.indexOf(" #");
    String value = (comment < 0 ? text : text.substring(0, comment)).strip();
    int last = value.length() - 1;
    boolean quoted =
        last > 0
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(last) == value.charAt(0);
    return quoted ? value.substring(1, last) : value;
  }

  private void set(Setting setting, String value, SourceSpan line, Map<String, String> found) {
    try {
      Path folder = Path.of(line.file()).toAbsolutePath().getParent();
      PathText paths = new PathText(folder == null ? Path.of("/") : folder, environment);
      found.put(setting.variables().getFirst(), ConfigFile.checked(setting, value, paths));
    } catch (IllegalArgumentException e) {
      throw ConfigProblems.unusable(
          line.file(),
          setting.name() + " '" + value + "': " + e.getMessage(),
          ConfigProblems.example(setting),
          Optional.of(line));
    }
  }

  private void readWhole(Path file, String text, Map<String, String> found) {
    Map<Setting, Given> all = ConfigFile.parse(file, Given.Layer.USER, environment, text);
    for (String name : ASKED) {
      Setting setting = Setting.named(name).orElseThrow();
      Given given = all.get(setting);
      if (given != null && isOpen(setting)) {
        found.put(setting.variables().getFirst(), given.value().text());
      }
    }
  }

  /// Whether no variable says it: those come first.
  private boolean isOpen(Setting setting) {
    for (String variable : setting.variables()) {
      if (!environment.getOrDefault(variable, "").isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
