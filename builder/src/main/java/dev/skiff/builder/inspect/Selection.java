package dev.skiff.builder.inspect;

import dev.skiff.builder.metadata.Description.Part;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// What of an image's description is asked for.
///
/// @param parts of the image, or of the app
/// @param app whose parts are asked for in place of the image's
public record Selection(Set<Part> parts, Optional<String> app, Scope scope) {

  /// How much besides the parts.
  public enum Scope {
    PARTS,
    /// Also which apps there are.
    PARTS_AND_APPS,
    /// Everything of the image and of all its apps.
    ALL
  }

  public Selection {
    Set<Part> ordered = EnumSet.noneOf(Part.class);
    ordered.addAll(parts);
    parts = Collections.unmodifiableSet(ordered);
    app = app.filter(name -> !name.isEmpty());
  }

  /// Everything there is.
  public static Selection everything() {
    return new Selection(EnumSet.allOf(Part.class), Optional.empty(), Scope.ALL);
  }
}
