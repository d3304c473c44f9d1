package dev.skiff.builder.stage;

import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.root.StepRoot;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The root directory that steps of a stage run in. It is made when one of them has to run, and
/// made anew where steps after that were cached or carried out elsewhere.
final class StageRoot implements Closeable {

  private final StageSetting setting;
  private Optional<StepRoot> root = Optional.empty();
  private int layersInIt;

  StageRoot(StageSetting setting) {
    this.setting = setting;
  }

  /// Whether there is one that has these layers.
  boolean has(List<BuiltStage.Layer> layers) {
    return root.isPresent() && layersInIt == layers.size();
  }

  /// What was done in it last has become the last of these layers.
  void grewTo(List<BuiltStage.Layer> layers) {
    layersInIt = layers.size();
  }

  /// One with a base and layers; that which is there if it has them.
  ///
  /// @param layers oldest first
  StepRoot with(OpenedBase base, List<BuiltStage.Layer> layers) throws IOException {
    if (root.isPresent() && has(layers)) {
      return root.get();
    }
    close();
    StepRoot fresh = StepRoot.create(setting.rooms().way(), setting.rooms().where());
    root = Optional.of(fresh);
    setting.rooms().memory().lock();
    try {
      setting
          .bases()
          .fill(
              base,
              fresh.root(),
              layers.stream().map(layer -> setting.store().open(layer.blob())).toList());
    } finally {
      setting.rooms().memory().unlock();
    }
    layersInIt = layers.size();
    return fresh;
  }

  @Override
  public void close() throws IOException {
    if (root.isPresent()) {
      root.get().close();
      root = Optional.empty();
    }
  }
}
