package dev.skiff.builder.plan;

import dev.skiff.definitions.syntax.DefinitionFile;
import java.util.List;

/// Everything that a build will do, in order.
///
/// @param definition what the image keeps as its definition
/// @param stages the last one becomes the target
/// @param targets what is made of it, at least one
public record BuildPlan(DefinitionFile definition, List<StagePlan> stages, List<Target> targets) {

  public BuildPlan {
    stages = List.copyOf(stages);
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a build has a target");
    }
  }

  /// The first target, and mostly the only one.
  public Target target() {
    return targets.getFirst();
  }

  /// One root file system to be made.
  ///
  /// @param name the stage's name; empty if it has none
  /// @param steps in order; each changes the root file system and could be kept as a layer
  public record StagePlan(String name, List<BuildStep> steps) {
    public StagePlan {
      steps = List.copyOf(steps);
    }
  }

  /// How many steps there are in all, the making of each target included.
  public int size() {
    return stages.stream().mapToInt(stage -> stage.steps().size()).sum() + targets.size();
  }
}
