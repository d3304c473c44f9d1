package dev.skiff.runtime.plan;

import java.util.List;

/// Everything that will be done to start one container, in order. Made by `ContainerPlanner`,
/// printed by `--dry-run`, carried out by the launchers.
public record ContainerPlan(List<SetupStep> setup, Isolation isolation, Payload payload) {

  public ContainerPlan {
    setup = List.copyOf(setup);
  }
}
