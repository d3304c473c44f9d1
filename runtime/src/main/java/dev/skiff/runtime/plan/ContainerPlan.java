package dev.skiff.runtime.plan;

import dev.skiff.definitions.problem.Problem;
import java.util.List;

/// Everything that will be done to start one container, in order. Made by `ContainerPlanner`,
/// printed by `--dry-run`, carried out by the launchers.
///
/// @param notices what the person is told on standard error before the payload starts, and what
///   does not keep it from starting
public record ContainerPlan(
    List<SetupStep> setup, Isolation isolation, Payload payload, List<Problem> notices) {

  public ContainerPlan {
    setup = List.copyOf(setup);
    notices = List.copyOf(notices);
  }

  /// A plan with nothing to tell.
  public ContainerPlan(List<SetupStep> setup, Isolation isolation, Payload payload) {
    this(setup, isolation, payload, List.of());
  }
}
