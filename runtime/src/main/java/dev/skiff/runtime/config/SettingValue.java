package dev.skiff.runtime.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a setting is set to, as text that its type has checked.
public sealed interface SettingValue {

  /// The value on one line, as it may stand in the file.
  String text();

  /// One word.
  record Word(String word) implements SettingValue {
    @Override
    public String text() {
      return word;
    }
  }

  /// A list, in the order of the file.
  record Words(List<String> words) implements SettingValue {
    public Words {
      words = List.copyOf(words);
    }

    @Override
    public String text() {
      return "[" + String.join(", ", words) + "]";
    }
  }

  /// A value for each registry.
  ///
  /// @param rows `host[:port]` to its words, one word where the type wants one, in order
  record Table(Map<String, List<String>> rows) implements SettingValue {
    public Table {
      Map<String, List<String>> copied = new LinkedHashMap<>();
      rows.forEach((host, words) -> copied.put(host, List.copyOf(words)));
      rows = Collections.unmodifiableMap(copied);
    }

    @Override
    public String text() {
      List<String> parts = new ArrayList<>();
      rows.forEach((host, words) -> parts.add(host + ": " + words));
      return "{" + String.join(", ", parts) + "}";
    }
  }

  /// What holds for the jobs of sites.
  ///
  /// @param profiles by name, in order
  record Profiles(Map<String, SiteProfile> profiles) implements SettingValue {
    public Profiles {
      profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
    }

    @Override
    public String text() {
      List<String> parts = new ArrayList<>();
      profiles.forEach((name, profile) -> parts.add(name + ": " + profile.text()));
      return "{" + String.join(", ", parts) + "}";
    }
  }

  /// This value where a lower layer has another: lists are joined, tables row by row, profiles key
  /// by key.
  default SettingValue over(SettingValue lower) {
    if (this instanceof Words(List<String> own) && lower instanceof Words(List<String> others)) {
      List<String> both = new ArrayList<>(others);
      own.stream().filter(word -> !others.contains(word)).forEach(both::add);
      return new Words(both);
    }
    if (this instanceof Table(var own) && lower instanceof Table(var others)) {
      Map<String, List<String>> both = new LinkedHashMap<>(others);
      both.putAll(own);
      return new Table(both);
    }
    if (this instanceof Profiles(var own) && lower instanceof Profiles(var others)) {
      Map<String, SiteProfile> both = new LinkedHashMap<>(others);
      own.forEach((name, profile) ->
          both.put(name, profile.over(others.getOrDefault(name, SiteProfile.EMPTY))));
      return new Profiles(both);
    }
    return this;
  }
}
