package dev.skiff.runtime.config;

import dev.skiff.runtime.job.JobAmounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What holds for the jobs of one site where nobody says otherwise.
///
/// @param words of each key that is set, checked
/// @param gpuTypes types of GPU, each with the features of nodes that have it
public record SiteProfile(Map<ProfileKey, List<String>> words, Map<String, String> gpuTypes) {

  /// Nothing is said.
  public static final SiteProfile EMPTY = new SiteProfile(Map.of(), Map.of());

  public SiteProfile {
    Map<ProfileKey, List<String>> copied = new LinkedHashMap<>();
    words.forEach((key, list) -> copied.put(key, List.copyOf(list)));
    words = Collections.unmodifiableMap(copied);
    gpuTypes = Collections.unmodifiableMap(new LinkedHashMap<>(gpuTypes));
  }

  /// The words of a key; none if it is not set.
  public List<String> all(ProfileKey key) {
    return words.getOrDefault(key, List.of());
  }

  /// The number that a key is set to, 0 if it is not.
  public int number(ProfileKey key) {
    return all(key).isEmpty() ? 0 : Integer.parseInt(all(key).getFirst());
  }

  /// The megabytes that a key is set to, 0 if it is not.
  public long megabytes(ProfileKey key) {
    return all(key).isEmpty() ? 0 : JobAmounts.megabytes(all(key).getFirst());
  }

  /// This profile where a lower layer has one of the same name: each key replaces the same key.
  SiteProfile over(SiteProfile lower) {
    Map<ProfileKey, List<String>> both = new LinkedHashMap<>(lower.words);
    both.putAll(words);
    return new SiteProfile(both, gpuTypes.isEmpty() ? lower.gpuTypes : gpuTypes);
  }

  /// As it may stand in the file, without its name.
  String text() {
    List<String> parts = new ArrayList<>();
    words.forEach((key, list) ->
        parts.add(
            key.name()
                + ": "
                + (key.form() == ProfileKey.Form.WORD ? list.getFirst() : list.toString())));
    if (!gpuTypes.isEmpty()) {
      List<String> types = new ArrayList<>();
      gpuTypes.forEach((type, constraint) -> types.add(type + ": " + constraint));
      parts.add("gpu-types: {" + String.join(", ", types) + "}");
    }
    return "{" + String.join(", ", parts) + "}";
  }
}
