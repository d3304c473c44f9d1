package dev.skiff.builder.plan;

import dev.skiff.definitions.syntax.DefinitionFile;
import java.util.List;
import java.util.function.UnaryOperator;

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

  /// The same plan from other bases.
  ///
  /// @param replacement gives what stands for a base, which may be itself
  public BuildPlan withBases(UnaryOperator<Base> replacement) {
    List<StagePlan> replaced =
        stages.stream()
            .map(stage ->
                new StagePlan(
                    stage.name(),
                    stage.steps().stream()
                        .map(step ->
                            step instanceof BuildStep.UnpackBase(Base base)
                                ? new BuildStep.UnpackBase(replacement.apply(base))
                                : step)
                        .toList()))
            .toList();
    return new BuildPlan(definition, replaced, targets);
  }

  /// How many steps there are in all, the making of each target included.
  public int size() {
    return stages.stream().mapToInt(stage -> stage.steps().size()).sum() + targets.size();
  }
}
