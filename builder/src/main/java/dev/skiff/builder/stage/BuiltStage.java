package dev.skiff.builder.stage;

import dev.skiff.builder.base.OpenedBase;
import dev.skiff.image.oci.LayerBlob;
import java.util.List;

/// A stage with all of its layers made.
///
/// @param base what the layers lie on; open as long as the stage's build is
/// @param layers oldest first
/// @param architecture of its programs, as Go names it
public record BuiltStage(OpenedBase base, List<Layer> layers, String architecture) {

  public BuiltStage {
    layers = List.copyOf(layers);
  }

  /// A step's layer.
  ///
  /// @param title of the step
  public record Layer(String title, LayerBlob blob) {}
}
