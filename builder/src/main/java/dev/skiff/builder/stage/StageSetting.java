package dev.skiff.builder.stage;

import dev.skiff.builder.base.BaseUnpacker;
import dev.skiff.builder.cache.InputDigests;
import dev.skiff.builder.cache.StepStore;
import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.StepRoot;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.step.DaemonScripts;
import dev.skiff.builder.step.Engine;
import dev.skiff.builder.step.StageRunner;
import dev.skiff.builder.step.StepSettings;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.definitions.syntax.DefinitionFile;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// What a stage is built with.
///
/// @param definition that the image keeps
/// @param bases unpacks what the stage starts from
/// @param rooms where roots are made
/// @param store where results are kept
/// @param inputs names the content of files that are copied in
public record StageSetting(
    DefinitionFile definition,
    StepSettings steps,
    BaseUnpacker bases,
    Rooms rooms,
    StepStore store,
    CachePolicy policy,
    InputDigests inputs) {

  /// Where roots are made.
  ///
  /// @param way how what a step changes is kept apart
  /// @param memory held by whoever unpacks or packs an image's files: it is there for one at a time
  public record Rooms(WorkingDirectory where, StepRoot.Way way, ReentrantLock memory) {}

  /// The same for one stage: with a time of its own, so that what it comes to does not depend on
  /// stages that it has nothing to do with.
  StageSetting forStage(BuildListener told) {
    ImageTime time = steps.time().ofStage();
    return new StageSetting(
        definition, steps.with(time), bases.forStage(time, told), rooms, store, policy, inputs);
  }

  StageRunner runner(BuildListener told) {
    return new StageRunner(definition, steps, bases, told);
  }

  /// What runs scripts in the place of our own runtime, if anything does.
  Optional<DaemonStage> daemon(BuildListener told) {
    if (steps.engine() == Engine.OWN) {
      return Optional.empty();
    }
    Daemons daemons = new Daemons(steps.environment(), told);
    return Optional.of(
        new DaemonStage(new DaemonScripts(definition, steps, daemons, rooms.where(), told), store));
  }

  StepKeys keys() {
    return new StepKeys(definition, steps, inputs);
  }
}
