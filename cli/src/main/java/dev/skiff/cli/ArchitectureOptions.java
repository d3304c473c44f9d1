package dev.skiff.cli;

import dev.skiff.image.oci.Platform;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Which processor an image is for.
final class ArchitectureOptions {

  @Option(
      names = "--arch",
      paramLabel = "ARCH",
      description = "The image's processor: amd64, arm64, ... (default: this machine's).")
  private Optional<String> architecture = Optional.empty();

  @Option(
      names = "--arch-variant",
      paramLabel = "VARIANT",
      description = "Which kind of it: v7, v8, ...")
  private Optional<String> variant = Optional.empty();

  /// `ARCH` or `ARCH/VARIANT`; empty if neither was given.
  Optional<String> platform() {
    String start = architecture.orElseGet(() -> Platform.host().architecture());
    return variant.map(text -> start + "/" + text).or(() -> architecture);
  }
}
