package dev.skiff.builder.step;

import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.image.oci.ImageConfig;
import java.util.Optional;

/// A stage as far as it is built.
public final class StageState {

  private final RootFilesystem root;
  private Optional<ImageConfig> config = Optional.empty();
  private Origin origin = Origin.EMPTY;

  /// What the base brought along.
  enum Origin {
    /// Nothing that we know of.
    EMPTY,
    /// An OCI image, with a configuration.
    OCI,
    /// A Singularity image, with its own `/.singularity.d`.
    SINGULARITY
  }

  /// A stage that has not begun.
  public StageState(RootFilesystem root) {
    this.root = root;
  }

  public RootFilesystem root() {
    return root;
  }

  /// How the base image wants to be run, if it is an OCI image.
  public Optional<ImageConfig> config() {
    return config;
  }

  void startedFrom(ImageConfig found) {
    config = Optional.of(found);
    origin = Origin.OCI;
  }

  void startedFromSingularity() {
    origin = Origin.SINGULARITY;
  }

  Origin origin() {
    return origin;
  }
}
