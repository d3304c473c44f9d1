package dev.skiff.image.oci;

import java.util.Locale;

/// What a program needs to run: an operating system, a processor, and perhaps a variant of it.
///
/// @param os as Go's GOOS: `linux`
/// @param architecture as Go's GOARCH: `amd64`, `arm64`; empty when a document does not say
/// @param variant `v7`, `v8`, or empty; arm64's only variant `v8` is written empty
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions">platform</a>
public record Platform(String os, String architecture, String variant) {

  public Platform {
    architecture = canonical(architecture);
    if (architecture.equals("arm64") && variant.equals("v8")) {
      variant = "";
    }
  }

  /// Linux on this machine's processor.
  public static Platform host() {
    return linux(System.getProperty("os.arch", ""));
  }

  /// Reads what `--arch` is given: `arm64`, `arm/v7`, also `linux/arm64` and `x86_64`.
  ///
  /// @throws IllegalArgumentException if it has no such form
  public static Platform parse(String text) {
    String[] parts = text.strip().toLowerCase(Locale.ROOT).split("/", -1);
    for (String part : parts) {
      if (part.isEmpty() || !part.matches("[a-z0-9_.-]+")) {
        throw new IllegalArgumentException(
            "a platform is ARCH, ARCH/VARIANT or OS/ARCH[/VARIANT], found '%s'".formatted(text));
      }
    }
    return switch (parts.length) {
      case 1 -> linux(parts[0]);
      case 2 ->
          parts[0].equals("linux") ? linux(parts[1]) : new Platform("linux", parts[0], parts[1]);
      case 3 -> new Platform(parts[0], parts[1], parts[2]);
      default ->
          throw new IllegalArgumentException(
              "a platform has at most three parts, found '%s'".formatted(text));
    };
  }

  private static Platform linux(String architecture) {
    return new Platform("linux", architecture, "");
  }

  private static String canonical(String architecture) {
    return switch (architecture) {
      case "x86_64", "x86-64" -> "amd64";
      case "aarch64" -> "arm64";
      case "i386", "i686", "x86" -> "386";
      default -> architecture;
    };
  }

  /// Whether a program for `offered` is meant for this platform: a variant that was not asked for
  /// does not matter.
  public boolean accepts(Platform offered) {
    return os.equals(offered.os)
        && architecture.equals(offered.architecture)
        && (variant.isEmpty() || variant.equals(offered.variant));
  }

  /// `linux/arm/v7`.
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
