package dev.skiff.builder.step;

import dev.skiff.builder.base.UnpackedImage;
import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.image.oci.ImageConfig;
import java.util.Optional;

/// A stage as far as it is built.
public final class StageState {

  private final RootFilesystem root;
  private Optional<UnpackedImage> base = Optional.empty();
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
    return base.map(UnpackedImage::config);
  }

  /// The layers that the stage began with, if its base was an OCI image.
  public Optional<ImageLayers> layers() {
    return base.map(UnpackedImage::layers);
  }

  void startedFrom(UnpackedImage found) {
    base = Optional.of(found);
    origin = Origin.OCI;
  }

  void startedFromSingularity() {
    origin = Origin.SINGULARITY;
  }

  Origin origin() {
    return origin;
  }
}
