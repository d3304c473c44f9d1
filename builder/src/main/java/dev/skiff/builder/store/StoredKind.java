package dev.skiff.builder.store;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What things in the cache are.
public enum StoredKind {
  /// Layers, configurations and manifests of registries, and the SIF files that they keep.
  BLOB,
  /// SIF files that images of registries, archives and OCI-SIF files were converted to for `exec`.
  IMAGE,
  /// Layers and records of the steps of builds.
  STEP,
  /// What is remembered of conversions, files and names, and second names of SIF files that were
  /// built; nothing is lost with it but time.
  NOTE,
  /// Images whose files were unpacked because nothing could mount them; in the directory for
  /// temporary files of this machine.
  UNPACKED;

  /// The words that may be typed; the last ones are Apptainer's, of which some name nothing here.
  public static final List<String> WORDS =
      List.of(
          "all",
          "blob",
          "image",
          "step",
          "note",
          "unpacked",
          "oci",
          "oci-tmp",
          "oras",
          "library",
          "shub",
          "net");

  /// The kinds that a word means.
  ///
  /// @throws IllegalArgumentException if it is none of the words
  public static Set<StoredKind> parse(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "all" -> EnumSet.allOf(StoredKind.class);
      case "blob", "oras" -> EnumSet.of(BLOB);
      case "image", "oci", "oci-tmp" -> EnumSet.of(IMAGE);
      case "step" -> EnumSet.of(STEP);
      case "note" -> EnumSet.of(NOTE);
      case "unpacked" -> EnumSet.of(UNPACKED);
      case "library", "shub", "net" -> EnumSet.noneOf(StoredKind.class);
      default -> throw new IllegalArgumentException(word);
    };
  }

  /// The word for it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
