package dev.skiff.cli;

import dev.skiff.builder.reuse.Reuse;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// Whether an image is made of what earlier conversions left.
final class ReuseOptions {

  private static final List<String> VARIABLES =
      List.of("SKIFF_DISABLE_CACHE", "APPTAINER_DISABLE_CACHE", "SINGULARITY_DISABLE_CACHE");

  @Option(
      names = "--no-reuse",
      description = "Convert all layers of an OCI image afresh, and remember nothing of it.")
  private boolean none;

  Reuse read(Map<String, String> environment) {
    return none || isCacheDisabled(environment) ? Reuse.NONE : Reuse.ALLOWED;
  }

  /// Whether the caller wants no cache at all.
  static boolean isCacheDisabled(Map<String, String> environment) {
    return VARIABLES.stream().anyMatch(name -> isTrue(environment.getOrDefault(name, "")));
  }

  static boolean isTrue(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> true; // those of Go
      default -> false;
    };
  }
}
