package dev.skiff.runtime.setup;

import dev.skiff.runtime.plan.SetupStep;

/// Makes a SquashFS partition visible by FUSE.
public interface ImageServer {

  /// Whether this machine has what it takes.
  boolean available();

  /// Mounts the partition at `step.target()`, which exists. Returns once the mount stands; reading
  /// it may still wait for the server.
  void serve(SetupStep.MountImage step);
}
