package dev.skiff.cli;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
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

  /// The same as a platform; this machine's if none was asked for.
  Platform chosen() {
    try {
      return platform().map(Platform::parse).orElseGet(Platform::host);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          new Problem(
              "cannot take an image for '%s'".formatted(platform().orElse("")),
              String.valueOf(e.getMessage()),
              "write --arch amd64 or arm64"),
          ExitCode.USAGE);
    }
  }
}
