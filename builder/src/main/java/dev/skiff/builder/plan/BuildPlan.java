package dev.skiff.builder.plan;

import dev.skiff.definitions.syntax.DefinitionFile;
import java.util.List;

/// Everything that a build will do, in order.
///
/// @param definition what the image keeps as its definition
/// @param stages the last one becomes the target
/// @param target what is made of it
public record BuildPlan(DefinitionFile definition, List<StagePlan> stages, Target target) {

  public BuildPlan {
    stages = List.copyOf(stages);
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

  /// How many steps there are in all, the making of the target included.
  public int size() {
    return stages.stream().mapToInt(stage -> stage.steps().size()).sum() + 1;
  }
}
