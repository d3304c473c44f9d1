package dev.skiff.definitions.template;

import dev.skiff.definitions.finding.Finding;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was given to fill in `{{ name }}`.
///
/// @param values by name, files first
/// @param unused what to say of a name that the definition does not use
/// @param findings what could not be read
public record BuildArguments(Map<String, String> values, Unused unused, List<Finding> findings) {

  public BuildArguments {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    findings = List.copyOf(findings);
  }

  /// Whether an argument that nothing uses is an error (the default) or a warning.
  public enum Unused {
    REFUSE,
    WARN
  }

  public static BuildArguments none() {
    return new BuildArguments(Map.of(), Unused.REFUSE, List.of());
  }
}
